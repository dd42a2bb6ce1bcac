import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConfig } from '../config/session.ts'
import { isSftError } from '../errors/error.ts'
import { silentLogger } from '../log/logger.ts'
import type { LedgerLine } from '../pipeline/tally.ts'
import { FOLDED } from '../repeats/folds.ts'
import { readJsonLines } from '../run-directory/json-lines.ts'
import { openInput } from './input.ts'
import type { RunEnvironment, RunOptions } from './options.ts'
import { OUTLINE, type TraceOutline } from './outline.ts'
import { configOrigin, runPipeline } from './run.ts'

/** What was found in one file of the input. */
export interface InspectedFile {
  readonly uri: string
  /** The loader that reads it; undefined where none does, and `why` says what it looks like. */
  readonly format?: string
  readonly why: string
  /** Records that are the beginning of another one, and were folded into it. */
  readonly folded: number
  /** The file that it was read together with. */
  readonly with?: string
  readonly traces: number
  readonly messages: number
  readonly toolCalls: number
  /** Results that answer a call. */
  readonly toolResults: number
  /** Calls without a result: an unanswered last call is usual. */
  readonly openCalls: number
  /** Fields that the format could have and this file's traces have not, with how many lack them. */
  readonly missing: Readonly<Record<string, number>>
}

export interface Inspection {
  readonly files: readonly InspectedFile[]
  readonly losses: readonly LossLine[]
  /** What became of each field, by loader. */
  readonly ledger: readonly LedgerLine[]
  readonly unreadable: readonly {
    readonly source: string
    readonly line?: number
    readonly code: string
    readonly message: string
  }[]
  /** Hidden files and folders that were left out. */
  readonly hidden: readonly string[]
  readonly copies: readonly { readonly uri: string; readonly of: string }[]
  /** Earlier states of sessions that were rewritten, in an archive of `sft collect`. */
  readonly earlier: readonly { readonly uri: string; readonly newer: string }[]
  /** The trace asked for by number (1-based), as a line of traces.jsonl. */
  readonly shown?: TraceLine
}

export interface LossLine {
  readonly source: string
  readonly field: string
  readonly kind: 'changed' | 'dropped'
  readonly plugin: string
  readonly count: number
  readonly detail?: string
}

/** A line of traces.jsonl. */
export interface TraceLine {
  readonly id: string
  readonly session_id: string
  readonly source: string
  readonly tags: readonly string[]
  readonly messages: readonly MessageLine[]
  readonly tools?: readonly unknown[]
  readonly model?: string
  readonly started_at?: string
  readonly agent?: string
  readonly group: { readonly key: string; readonly attempt?: string; readonly parent?: string }
  readonly outcome: {
    readonly status: string
    readonly reward?: number
    readonly resolved?: boolean
    readonly error?: string
  }
  readonly usage?: {
    readonly input_tokens?: number
    readonly output_tokens?: number
    readonly total_tokens?: number
    readonly cost_usd?: number
  }
}

export interface MessageLine {
  readonly role: string
  readonly content:
    | string
    | readonly { readonly type: string; readonly text?: string; readonly uri?: string }[]
  readonly reasoning?: string
  readonly tool_calls?: readonly {
    readonly id: string
    readonly name: string
    readonly arguments: unknown
    readonly arguments_text?: string
  }[]
  readonly tool_call_id?: string
  readonly name?: string
  readonly timestamp?: string
  readonly train?: boolean
  readonly copied?: boolean
}

/** Reads the input as a run does up to `tag`, in a folder of its own, and says what is there. */
export async function inspectInput(
  environment: RunEnvironment,
  options: Pick<RunOptions, 'cwd' | 'input' | 'signal' | 'log' | 'onProgress'> & { readonly show?: number },
): Promise<Inspection> {
  const out = mkdtempSync(join(tmpdir(), 'sftkit-inspect-'))
  try {
    const session = await openConfig(configOrigin(environment, options, out))
    const { log = silentLogger, signal = new AbortController().signal } = options
    const { sets, refused, copies, earlier, hidden } = await (
      await openInput(session, { log, signal, limited: false })
    ).next()
    const outlined = { ...environment, outline: options.show === undefined ? 'alone' : 'beside' } as const
    const result = await runPipeline(outlined, {
      ...options,
      out,
      until: 'tag',
      askModels: false,
      set: ['maxUnreadable=1'],
    }).catch((error: unknown) => {
      if (!isSftError(error) || error.code !== 'SFT_NO_EXAMPLES') throw error
      return undefined
    })
    const found = new Map<string, MutableFile>()
    for (const { uri, loader, why, others, companions } of sets) {
      const format = loader.value.name
      found.set(uri, emptyFile(uri, format, why))
      for (const other of others)
        found.set(other.uri, { ...emptyFile(other.uri, format, other.why), with: uri })
      for (const beside of companions)
        found.set(beside.uri, { ...emptyFile(beside.uri, format, 'stands with it'), with: uri })
    }
    for (const { uri, message } of refused) found.set(uri, emptyFile(uri, undefined, message))
    let number = 0
    let shown: TraceLine | undefined
    for (const line of readJsonLines(`${out}/traces.jsonl`)) {
      const { metadata, ...trace } = line as OutlinedLine
      const { [OUTLINE]: outline, ...rest } = metadata
      number++
      if (number === options.show) shown = Object.assign(trace, { metadata: rest })
      const file = found.get(trace.source)
      if (file !== undefined) addTrace(file, outline)
    }
    const losses: LossLine[] = []
    for (const line of readJsonLines(`${out}/losses.jsonl`)) {
      const loss = line as LossLine
      losses.push(loss)
      const file = loss.plugin === 'core' && loss.field === FOLDED ? found.get(loss.source) : undefined
      if (file !== undefined) file.folded += loss.count
    }
    const unreadable: Inspection['unreadable'][number][] = []
    for (const line of readJsonLines(`${out}/unreadable.jsonl`))
      unreadable.push(line as Inspection['unreadable'][number])
    return {
      files: [...found.values()],
      losses: sumLosses(losses),
      ledger: result?.counts.ledger ?? [],
      unreadable,
      copies,
      earlier: earlier.map(({ uri, newer }) => ({ uri, newer })),
      hidden,
      ...(shown && { shown }),
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** A line of traces.jsonl with what was counted of the trace. */
interface OutlinedLine extends TraceLine {
  readonly metadata: { readonly [OUTLINE]: TraceOutline }
}

type MutableFile = { -readonly [K in keyof InspectedFile]: InspectedFile[K] } & {
  missing: Record<string, number>
}

function emptyFile(uri: string, format: string | undefined, why: string): MutableFile {
  const counts = { folded: 0, traces: 0, messages: 0, toolCalls: 0, toolResults: 0, openCalls: 0 }
  return { uri, ...(format !== undefined && { format }), why, ...counts, missing: {} }
}

function addTrace(file: MutableFile, { messages, toolCalls, toolResults, missing }: TraceOutline): void {
  file.traces++
  file.messages += messages
  file.toolCalls += toolCalls
  file.toolResults += toolResults
  file.openCalls += Math.max(0, toolCalls - toolResults)
  for (const field of missing) file.missing[field] = (file.missing[field] ?? 0) + 1
}

/** One row for each file, field, kind and plugin. */
function sumLosses(losses: readonly LossLine[]): LossLine[] {
  const sums = new Map<string, { -readonly [K in keyof LossLine]: LossLine[K] }>()
  for (const { source, field, kind, plugin, count, detail } of losses) {
    const key = JSON.stringify([source, field, kind, plugin])
    const known = sums.get(key)
    if (known === undefined)
      sums.set(key, { source, field, kind, plugin, count, ...(detail !== undefined && { detail }) })
    else known.count += count
  }
  return [...sums.values()]
}
