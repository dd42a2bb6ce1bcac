import type { ConfigSession } from '../config/session.ts'
import { type Example, traceToExample } from '../data/example.ts'
import { isJsonObject } from '../data/json.ts'
import type { Trace } from '../data/trace.ts'
import { traceToLine } from '../data/trace-line.ts'
import { type SftError, sftError } from '../errors/error.ts'
import type { FormatContext, Row } from '../plugin/types.ts'
import type { BatchSink, ScopeBase } from './batch-scope.ts'
import { fingerprintOf, surveyOf, type TokenCounter } from './measure.ts'
import { serialiseRow } from './serialise.ts'
import { openShard, type ShardWriter } from './shard-writer.ts'
import type { ExampleRow, RowPlace, Shard, TaskPlan } from './task.ts'

/** Writes the rows of what is left after `augment`, and keeps their places. */
export interface Emitter {
  emit(item: Trace | Example, traceId: string): void
  /** Closes the shards and gives them their names. */
  finish(): { shards: Shard[]; examples: ExampleRow[] }
  discard(): void
}

/** Format names of the files that `--until` before `format` writes. */
export const TRACES = 'traces'
export const EXAMPLES = 'examples'

export interface EmitterInit {
  readonly session: ConfigSession
  readonly plan: TaskPlan
  readonly base: ScopeBase
  readonly sink: BatchSink
  readonly location: string
  readonly count: TokenCounter | undefined
}

export function createEmitter({ session, plan, base, sink, location, count }: EmitterInit): Emitter {
  const { config, registry } = session
  const shards: {
    key: string
    format: string
    split: string | undefined
    file: string
    writer: ShardWriter
  }[] = []
  const examples: ExampleRow[] = []
  const splitOf = plan.pureSplit ? pureSplitOf(session) : undefined
  const formats = config.format.flatMap((name) => {
    const registered = registry.formats.get(name)
    return registered === undefined
      ? []
      : [
          {
            name,
            ...registered.value,
            plugin: registered.plugin,
            context: base.log.fork(registered.plugin),
          },
        ]
  })
  const beforeFormat = ['load', 'tag', 'filter', 'augment'].includes(plan.until)

  const write = (
    format: string,
    split: string | undefined,
    row: Row,
    about: { id: string; uri: string },
  ): RowPlace => {
    const key = `${format}\n${split ?? ''}`
    let number = shards.findIndex((shard) => shard.key === key)
    if (number === -1) {
      const file = `${plan.work}/${location}.${format}${split === undefined ? '' : `.${split}`}.jsonl`
      number = shards.push({ key, format, split, file, writer: openShard(file) }) - 1
    }
    const { pieces, replaced: before } = serialiseRow(row)
    const { offset, bytes, replaced: after } = shards[number]!.writer.append(pieces)
    const replaced = before + after
    if (replaced > 0) {
      const detail = 'lone surrogates became U+FFFD'
      sink.losses.add(
        { ...about, plugin: format },
        { field: 'text', kind: 'changed', detail, count: replaced },
      )
    }
    return [number, offset, bytes]
  }

  const rowsOf = (example: Example): RowPlace[] => {
    const about = { id: example.id, uri: example.source.uri }
    const split = splitOf?.(example.group.key)
    const places: RowPlace[] = []
    for (const format of formats) {
      if (!format.takes.includes(example.kind)) continue
      let saidWhy = false
      const context: FormatContext = {
        ...base,
        log: format.context,
        loss: (field, kind, detail, number) =>
          sink.losses.add({ ...about, plugin: format.name }, { field, kind, detail, count: number }),
        drop: (reason, detail) => {
          saidWhy = true
          const why = { reason, ...(detail !== undefined && { detail }) }
          const { session } = example
          sink.drops.push({
            ...about,
            session,
            stage: 'format',
            plugin: format.name,
            format: format.name,
            ...why,
          })
          return undefined
        },
      }
      const rows = rowsMade(format, example, format.handler(example, context))
      if (rows.length === 0 && !saidWhy) context.drop('no-row')
      for (const row of rows) {
        try {
          places.push(write(format.name, split, row, about))
        } catch (error) {
          if (error instanceof TypeError) throw noRow(format, example, error.message, error)
          throw error
        }
      }
    }
    return places
  }

  const measuresOf = (example: Example): Record<string, string | number> | undefined => {
    const values = [...registry.measures].flatMap(([name, { value }]) => {
      const measured = value(example, config)
      return measured === undefined ? [] : [[name, measured] as const]
    })
    return values.length === 0 ? undefined : Object.fromEntries(values)
  }

  return {
    emit(item, traceId) {
      if (beforeFormat) {
        const about = { id: item.id, uri: item.source.uri }
        if ('kind' in item) write(EXAMPLES, undefined, idFirst(item), about)
        else write(TRACES, undefined, traceToLine(item), about)
        return
      }
      const example = 'kind' in item ? item : traceToExample(item)
      if (!formats.some((format) => format.takes.includes(example.kind))) {
        const detail = `kind ${example.kind}; chosen formats: ${config.format.join(', ')}`
        sink.drops.push({
          id: example.id,
          uri: example.source.uri,
          session: example.session,
          stage: 'format',
          plugin: 'core',
          reason: 'no-format-takes-it',
          detail,
        })
        return
      }
      const survey = surveyOf(example, count)
      const rows = rowsOf(example)
      if (rows.length === 0) return
      const measures = measuresOf(example)
      examples.push({
        id: example.id,
        uri: example.source.uri,
        kind: example.kind,
        trace: traceId,
        parents: example.parents,
        session: example.session,
        group: example.group.key,
        ...(example.model !== undefined && { model: example.model }),
        ...(example.startedAt !== undefined && { startedAt: example.startedAt }),
        tags: example.tags,
        tokens: survey.tokens,
        fingerprint: config.dedup.exact ? fingerprintOf(example) : survey.sketch,
        ...(measures !== undefined && { measures }),
        rows,
      })
    },
    finish() {
      const named = shards.map(({ format, split, file, writer }): Shard => {
        return { format, ...(split !== undefined && { split }), file, bytes: writer.finish() }
      })
      return { shards: named, examples }
    },
    discard() {
      for (const { writer } of shards) writer.discard()
    },
  }
}

interface Writing {
  readonly name: string
  readonly plugin: string
}

/** What a format's handler returned, as a list. @throws SFT_PLUGIN_RESULT where it is no row, nor a list of them */
function rowsMade(format: Writing, example: Example, made: unknown): readonly Row[] {
  if (made === undefined) return []
  const rows: readonly unknown[] = Array.isArray(made) ? made : [made]
  for (const row of rows) {
    if (!isJsonObject(row))
      throw noRow(format, example, `a row is an object, and this is ${row === null ? 'null' : typeof row}`)
    let fields = 0
    for (const key in row as Row) {
      const kind = typeof (row as Row)[key]
      if (kind === 'function' || kind === 'symbol')
        throw noRow(format, example, `the field \`${key}\` is a ${kind}, which JSON does not have`)
      if (kind !== 'undefined') fields++
    }
    if (fields === 0) throw noRow(format, example, 'the row has no field; `drop` leaves an example out')
  }
  return rows as readonly Row[]
}

function noRow({ name, plugin }: Writing, { id, source }: Example, why: string, cause?: unknown): SftError {
  return sftError('SFT_PLUGIN_RESULT', `The format ${name} returned what cannot be written: ${why}.`, {
    plugin,
    hook: 'format',
    id,
    source: source.uri,
    ...(source.line !== undefined && { line: source.line }),
    ...(cause !== undefined && { cause }),
  })
}

/** As in traces.jsonl, whose ids are made unique by the beginning of the line. */
function idFirst({ id, ...rest }: Example): Row {
  return { id, ...rest }
}

function pureSplitOf({ registry, config }: ConfigSession): (group: string) => string {
  const pure = registry.split
    .all()
    .find(({ value }) => typeof value !== 'function' && value.when?.(config) !== false)
  if (pure === undefined || typeof pure.value === 'function') throw new Error('No pure split is registered.')
  const { plugin, value } = pure
  return (group) => {
    const split = value.ofGroup(group, config)
    if (!Object.hasOwn(config.split.ratios, split)) {
      const names = Object.keys(config.split.ratios).join(', ')
      throw sftError(
        'SFT_SPLIT_INVALID',
        `The group ${group} was put into ${String(split)}, and the splits are ${names}.`,
        { plugin, hook: 'split' },
      )
    }
    return split
  }
}
