import { statSync } from 'node:fs'
import { counted, sftError } from '@sftkit/core'
import { datasetRows, rowName } from '../template/dataset-rows.ts'
import { type Learning, learnedText, trainedSequences } from '../template/learned.ts'
import type { Method } from '../worker/protocol.ts'
import type { Cut } from './cut.ts'

/** So many bytes of rows are tokenised whole, which takes some 15 seconds. Of more, as many, evenly over all of them. */
const WHOLE_BYTES = 64 * 1024 * 1024

/** What rows are in tokens. Shares and sums are of the rows that were tokenised. */
export interface RowLengths {
  /** Rows of the files. */
  readonly rows: number
  /** What is trained: a row of a preference has two sequences, one that is trained turn by turn one for each turn. */
  readonly sequences: number
  /** Sequences that were tokenised; fewer than there are where the dataset is large. */
  readonly tokenised: number
  /** Tokens of each tokenised one, in their order. */
  readonly lengths: readonly number[]
  readonly tokens: number
  /** Learned tokens, counted over each learned part by itself. */
  readonly learned: number
  /** Longer than `max_length`, and still with a learned token in what it keeps. */
  readonly cut: number
  /** Without a learned token in what `max_length` keeps: the trainer leaves them out. */
  readonly dropped: number
  /** The first rows with such a sequence, by their ids and places. */
  readonly lost: readonly string[]
}

const NAMED = 3

/** Tokenises the rows of files. @throws SFT_TEMPLATE_ROW, and what the template raises */
export async function rowLengths(
  files: readonly string[],
  learning: Learning,
  { maxLength, keepsEnd }: Cut,
  signal: AbortSignal,
  bytesTokenised = WHOLE_BYTES,
): Promise<RowLengths> {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  const every = Math.max(1, Math.ceil(bytes / bytesTokenised))
  const lengths: number[] = []
  const lost = new Set<string>()
  let [rows, all, learned, cut, dropped] = [0, 0, 0, 0, 0]
  for await (const row of datasetRows(files)) {
    signal.throwIfAborted()
    const sequences = trainedSequences(row, learning)
    all += sequences.length
    if (rows++ % every !== 0) continue
    for (const sequence of sequences) {
      const { text, spans } = learnedText(sequence, learning)
      const length = learning.tokenizer.count(text)
      lengths.push(length)
      for (const { from, until } of spans) learned += learning.tokenizer.count(text.slice(from, until))
      if (maxLength === undefined || length <= maxLength) continue
      const given = keepsEnd
        ? text.slice(spans.at(-1)?.until ?? 0)
        : text.slice(0, spans[0]?.from ?? text.length)
      if (learning.tokenizer.count(given) < maxLength) cut++
      else {
        dropped++
        if (lost.size < NAMED) lost.add(rowName(row))
      }
    }
  }
  const tokens = lengths.reduce((sum, length) => sum + length, 0)
  return {
    rows,
    sequences: all,
    tokenised: lengths.length,
    lengths,
    tokens,
    learned,
    cut,
    dropped,
    lost: [...lost],
  }
}

/** p50, p90, p95, p99 and the longest. */
export function percentiles(lengths: readonly number[]): Record<string, number> {
  const sorted = [...lengths].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/**
 * Refuses a training whose `max_length` would cut or drop more of the rows than is allowed. Of rows that were not all
 * tokenised only where the share is above it for certain (three standard deviations).
 *
 * @throws SFT_TEMPLATE_CUT, SFT_TRAIN_DATA where no row is left
 */
export function checkLengths(rows: RowLengths, maxLength: number | undefined, maxCutShare: number): void {
  checkAnyLeft(rows, maxLength)
  const { sequences, tokenised, cut, dropped } = rows
  if (maxLength === undefined || tokenised === 0) return
  const share = (cut + dropped) / tokenised
  const unsure = tokenised === sequences ? 0 : 3 * Math.sqrt((share * (1 - share)) / tokenised)
  if (share - unsure <= maxCutShare) return
  throw sftError(
    'SFT_TEMPLATE_CUT',
    `maxLength ${maxLength} cuts ${cut} and drops ${dropped} of ${counted(tokenised, 'row')} (${percent(share)}), and ${percent(maxCutShare)} are allowed. ${lengthText(rows)}`,
  )
}

/** Whether TRL leaves out a row whose prompt alone fills `max_length`: DPO does, where the rows' beginnings are kept. */
export function dropsPrompts(method: Method, { keepsEnd }: Cut): boolean {
  return method === 'dpo' && !keepsEnd
}

/** Refuses a training of which `max_length` leaves no row. @throws SFT_TRAIN_DATA with the first of them */
export function checkAnyLeft(rows: RowLengths, maxLength: number | undefined): void {
  const { sequences, dropped, lost } = rows
  if (maxLength === undefined || sequences === 0 || dropped < sequences) return
  const more = rows.rows > lost.length ? ', …' : ''
  throw sftError(
    'SFT_TRAIN_DATA',
    `No row is left to train on: none of ${counted(rows.rows, 'row')} has a learned token in what maxLength ${maxLength} keeps of it (${lost.join('; ')}${more}). ${lengthText(rows)}`,
    { fix: 'Raise `maxLength`, or make the rows shorter.' },
  )
}

function lengthText({ lengths }: RowLengths): string {
  const { p50, p95, max } = percentiles(lengths)
  return `Half of the rows have at most ${counted(p50 ?? 0, 'token')}, 95 % at most ${p95}, the longest ${max}.`
}

/** `2.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
