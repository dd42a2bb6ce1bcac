import { join, relative } from 'node:path'
import { counted, type LlmProjection, type RunResult } from '@sftkit/core'
import pc from 'picocolors'
import { projectionText } from './agree.ts'
import { count, duration } from './display.ts'
import { table } from './table.ts'

/** What `sft run` prints at its end: what came from where, what became of it, and where the rest is listed. */
export function summary(result: RunResult, cwd: string, dry: boolean): string {
  const lines = [firstLine(result)]
  for (const part of [sourceTable(result), rowTable(result), noteTable(result)])
    if (part !== undefined) lines.push('', part)
  if (result.questions !== undefined) lines.push('', questionsText(result.questions))
  if (result.preview !== undefined) lines.push('', previewText(result.preview.text))
  const made = dry ? [] : madeLines(result, cwd)
  if (made.length > 0) lines.push('', ...made)
  lines.push(
    '',
    dry ? 'Nothing was written: this was a dry run.' : `${pc.green('→')} ${relative(cwd, result.out) || '.'}`,
  )
  return lines.join('\n')
}

/** A run that begins after the dataset has counted no messages. */
function firstLine({ counts, tasks, seconds }: RunResult): string {
  const traces = counted(counts.traces, 'trace')
  if (tasks.all === 0) return `${traces} and ${counted(counts.examples, 'example')} of the run before`
  const calls = counted(counts.toolCalls, 'tool call')
  return `${traces}, ${counted(counts.messages, 'message')}, ${calls} in ${duration(seconds)}${reused(tasks)}`
}

/** What models would be asked; without the answers, what rests on them is not in the figures above. */
function questionsText(projection: LlmProjection): string {
  if (projection.questions === 0)
    return `All ${counted(projection.answered, 'question')} to models were answered before: nothing would be asked.`
  return `Models would be asked: ${projectionText(projection)}. What rests on the answers is not in the figures above.`
}

/** Where the trained model and what was made of it are, and what is next. */
function madeLines({ checkpoint, artifacts = [], out }: RunResult, cwd: string): string[] {
  const here = (path: string): string => relative(cwd, path) || '.'
  const lines: [name: string, value: string][] = []
  for (const { path, adapter } of checkpoint ? [checkpoint, ...(checkpoint.others ?? [])] : []) {
    lines.push(['model', here(path)])
    if (adapter !== undefined && adapter !== path) lines.push(['adapter', here(adapter)])
  }
  const ggufs = artifacts.flatMap(({ files }) => files.filter(({ path }) => path.endsWith('.gguf')))
  for (const { path } of ggufs) lines.push(['GGUF', here(join(out, path))])
  for (const { target, metadata, files } of artifacts) {
    if (typeof metadata?.name !== 'string') continue
    const modelfile = files.find(({ path }) => path.endsWith('Modelfile'))
    if (target === 'ollama') lines.push(['Ollama', metadata.name])
    else if (modelfile !== undefined)
      lines.push(['Ollama', registerLater(metadata.name, here(join(out, modelfile.path)))])
  }
  if (ggufs.length > 0) lines.push(['next', `sft chat ${here(out)}`])
  else if (checkpoint !== undefined) lines.push(['next', `sft convert ${here(out)}`])
  return lines.map(([name, value]) => `${name.padEnd(9)}${value}`)
}

/** What brings a model into Ollama that was not registered, because none answers or the GGUF alone was wanted. */
export function registerLater(name: string, modelfile: string): string {
  return `not registered; later: ollama create ${name} -f ${modelfile}`
}

/** What a stage says of itself; what it puts between ⟦ and ⟧ is coloured where colours are shown. */
function previewText(text: string): string {
  if (!pc.isColorSupported) return text
  return text.replace(/⟦([^⟦⟧]+)⟧/g, (_all, marked: string) =>
    marked
      .split('\n')
      .map((line) =>
        line.replace(/^(\s*│ )?(.*)$/, (_line, bar = '', rest: string) => `${bar}${pc.green(rest)}`),
      )
      .join('\n'),
  )
}

function reused({ reused, all }: RunResult['tasks']): string {
  return reused === 0 ? '' : ` (${reused} of ${all} tasks were already done)`
}

function sourceTable({ sources }: RunResult): string | undefined {
  if (sources.length === 0) return undefined
  const rows = sources.map(({ format, files, traces, messages, toolCalls }) => [
    format ?? pc.red('unknown'),
    count(files),
    count(traces),
    count(messages),
    count(toolCalls),
  ])
  return table(['read from', 'files', 'traces', 'messages', 'calls'], rows)
}

function rowTable({ splits, rows }: RunResult): string | undefined {
  const names = Object.keys(splits)
  if (names.length === 0) return undefined
  const body = Object.entries(rows).map(([format, bySplit]) => [
    format,
    ...names.map((name) => count(bySplit[name] ?? 0)),
  ])
  return table(['format', ...names], body)
}

function noteTable({ counts, copies, hidden }: RunResult): string | undefined {
  const { ledger, lossCount, droppedValues } = counts
  const fields = (of: 'changed' | 'dropped'): Record<string, number> =>
    Object.fromEntries(
      ledger.map((line) => [
        `${line.plugin} ${line.field}`,
        of === 'changed' ? line.changed : line.dropped + line.unknown,
      ]),
    )
  const notes = [
    noteOf('copies of files', copies, {}, 'manifest.json'),
    noteOf('hidden, left out', hidden, {}, 'sft inspect lists them'),
    noteOf('unreadable', counts.unreadable, counts.byCode, 'unreadable.jsonl'),
    noteOf('dropped', counts.drops, counts.byReason, 'rejected.jsonl'),
    noteOf('fields dropped', droppedValues, fields('dropped'), 'losses.jsonl'),
    noteOf('fields changed', lossCount - droppedValues, fields('changed'), 'losses.jsonl'),
  ].filter((note) => note !== undefined)
  return notes.length === 0 ? undefined : table(['', 'count', 'most often', 'all of them'], notes)
}

function noteOf(
  name: string,
  total: number,
  by: Readonly<Record<string, number>>,
  file: string,
): string[] | undefined {
  if (total === 0) return undefined
  const [most] = Object.entries(by).sort(([, a], [, b]) => b - a)
  return [name, count(total), most === undefined ? '' : `${most[0]} (${count(most[1])})`, file]
}
