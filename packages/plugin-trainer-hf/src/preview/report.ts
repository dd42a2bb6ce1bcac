import { counted, type JsonObject } from '@sftkit/core'
import type { TemplateCheck } from '../template/check.ts'
import { percent, percentiles, type RowLengths } from './lengths.ts'
import type { MarkedRow, MarkedSequence } from './marked-row.ts'
import type { StepArguments } from './steps.ts'

/** What the dry run of a training found. */
export interface TrainingReport {
  readonly model: string
  readonly method: string
  readonly format: string
  readonly check: TemplateCheck
  readonly train: RowLengths
  readonly validation: RowLengths
  readonly maxLength?: number
  readonly maxCutShare: number
  readonly packing: boolean
  /** Sequences that the rows are, or would be, packed into. */
  readonly packed?: number
  readonly steps: number
  readonly stepArguments: StepArguments
  readonly seconds?: number
  readonly command?: readonly string[]
  readonly row?: MarkedRow
}

/** The same for programs. */
export function reportData(report: TrainingReport): JsonObject {
  const { check, train, validation, row } = report
  return {
    model: report.model,
    method: report.method,
    format: report.format,
    template: {
      learnedBy: check.training?.by ?? null,
      argumentsAs: check.argumentsAs,
      facts: (check.facts as unknown as JsonObject | undefined) ?? null,
      warnings: check.warnings.map(({ code, text }) => ({ code, text })),
    },
    train: lengthData(train),
    validation: lengthData(validation),
    maxLength: report.maxLength ?? null,
    maxCutShare: report.maxCutShare,
    packing: report.packing,
    packedSequences: report.packed ?? null,
    steps: report.steps,
    epochs: report.stepArguments.epochs,
    worldSize: report.stepArguments.worldSize,
    seconds: report.seconds ?? null,
    command: report.command ?? null,
    row:
      row === undefined
        ? null
        : { ...row, rejected: row.rejected === undefined ? null : { ...row.rejected } },
  }
}

function lengthData({ lengths, ...sums }: RowLengths): JsonObject {
  return { ...sums, percentiles: percentiles(lengths) }
}

/** The same for a person. */
export function reportText(report: TrainingReport): string {
  const lines = [
    `train ${report.model}: ${report.method.toUpperCase()} on ${report.format}`,
    ...facts(report).map(([name, value]) => `  ${name.padEnd(11)}${value}`),
    ...report.check.warnings.flatMap(({ text }) => ['', ...wrapped(text)]),
  ]
  const { row } = report
  if (row !== undefined) {
    const { rejected, label } = row
    const kind = label === undefined ? '' : `, a ${label ? 'good' : 'bad'} answer`
    lines.push(...sequenceText(`${row.name}${kind}${rejected === undefined ? '' : ', chosen'}`, row))
    if (rejected !== undefined) lines.push(...sequenceText(`${row.name}, rejected`, rejected))
  }
  return lines.join('\n')
}

function sequenceText(name: string, { text, tokens, learned, kept }: MarkedSequence): string[] {
  const cut = kept === undefined ? '' : `, cut to ${number(kept)}`
  return [
    '',
    `  ${name}, as it is read: ${counted(tokens, 'token')}${cut}, of which ${number(learned)} ${learned === 1 ? 'is' : 'are'} ⟦learned⟧`,
    '',
    ...text.split('\n').map((line) => `  │ ${line}`),
  ]
}

function facts(report: TrainingReport): [name: string, value: string][] {
  const { check, train, validation, maxLength, stepArguments, seconds, command } = report
  const { p50, p90, p95, p99, max } = percentiles(train.lengths)
  const learned = train.tokens === 0 ? 0 : train.learned / train.tokens
  return [
    ['learned', LEARNED[check.training?.by ?? 'text']],
    ['rows', `${number(train.rows)} train, ${number(validation.rows)} validation${sampled(train)}`],
    ['tokens', `${number(train.tokens)}, ${percent(learned)} of them learned`],
    [
      'length',
      `p50 ${number(p50)} · p90 ${number(p90)} · p95 ${number(p95)} · p99 ${number(p99)} · longest ${number(max)}`,
    ],
    ...(maxLength === undefined ? [] : [['max_length', limitText(report, maxLength)] as [string, string]]),
    ...packingText(report),
    [
      'steps',
      `${number(report.steps)} · ${counted(stepArguments.epochs, 'epoch')}, ${counted(stepArguments.batchSize, 'row')} × ${counted(stepArguments.gradientAccumulation, 'batch', 'batches')} × ${counted(stepArguments.worldSize, 'process', 'processes')} a step`,
    ],
    ...(seconds === undefined ? [] : [['time', `about ${roughly(seconds)}`] as [string, string]]),
    [
      'command',
      command?.join(' ') ?? 'not known without a training environment: `sft setup train` makes one',
    ],
  ]
}

const LEARNED = {
  own: "the assistant's turns, as the chat template marks them",
  trl: "the assistant's turns, as TRL marks this chat template",
  derived: "the assistant's turns, by marks that were put into a copy of the chat template",
  turns: 'each assistant turn in a row of its own: the chat template cannot be marked',
  text: 'all of each text',
}

function sampled({ sequences, tokenised }: RowLengths): string {
  return tokenised === sequences ? '' : `; every figure is from ${number(tokenised)} of them, taken evenly`
}

function limitText({ train, maxCutShare }: TrainingReport, maxLength: number): string {
  const { cut, dropped, tokenised } = train
  if (cut + dropped === 0) return `${number(maxLength)} cuts no row`
  const share = percent((cut + dropped) / tokenised)
  return `${number(maxLength)} cuts ${number(cut)} and drops ${number(dropped)} of ${counted(tokenised, 'row')} (${share}, ${percent(maxCutShare)} are allowed)`
}

function packingText({ packing, packed, train }: TrainingReport): [string, string][] {
  if (packed === undefined || train.tokenised === 0) return []
  const fewer = percent(1 - packed / train.tokenised)
  const figures = `${counted(train.tokenised, 'row')} ${becomes(packing, train.tokenised)} ${counted(packed, 'sequence')}, ${fewer} fewer`
  return [['packing', packing ? figures : `off; ${figures}`]]
}

function becomes(packing: boolean, rows: number): string {
  if (!packing) return 'would become'
  return rows === 1 ? 'becomes' : 'become'
}

const WIDTH = 100

function wrapped(text: string): string[] {
  const lines = ['  !']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) as string
    if (last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`    ${word}`)
  }
  return lines
}

function number(value = 0): string {
  return value.toLocaleString('en-US')
}

function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
