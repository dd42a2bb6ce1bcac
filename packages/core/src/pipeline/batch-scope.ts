import type { ResolvedConfig } from '../config/types.ts'
import type { Example } from '../data/example.ts'
import type { Trace } from '../data/trace.ts'
import { sftError } from '../errors/error.ts'
import type { Scope } from '../hooks/scope.ts'
import type { Llm } from '../llm/types.ts'
import type { Logger } from '../log/logger.ts'
import type { AugmentContext, Context, TagContext } from '../plugin/types.ts'
import type { OpenTrace } from './canonical.ts'
import type { Deriver } from './derive.ts'
import type { LossLedger } from './losses.ts'
import type { DropRow } from './task.ts'

/** What the handlers of a task write to. */
export interface BatchSink {
  readonly drops: DropRow[]
  readonly losses: LossLedger
  readonly deriver: Deriver
}

export interface ScopeBase {
  readonly config: ResolvedConfig
  readonly log: Logger
  readonly signal: AbortSignal
  readonly llm: Llm
}

/** The contexts of a batch's handlers. `stage` names the stage that drops are recorded under. */
export function createScope(base: ScopeBase, sink: BatchSink, stage: string): Scope {
  const { config, signal } = base
  const context = (plugin: string): Context => ({ config, signal, log: base.log.fork(plugin) })
  const llmOf = (plugin: string): Llm => ({
    ask: (request, check) => base.llm.ask({ ...request, plugin }, check),
  })
  const dropped = new Set<Trace | Example>()
  const drop = (plugin: string, item: Trace | Example, reason: string, detail?: string): void => {
    dropped.add(item)
    sink.drops.push({
      id: item.id,
      uri: item.source.uri,
      session: item.session,
      stage,
      plugin,
      reason,
      ...(detail !== undefined && { detail }),
    })
  }
  return {
    context,
    tagContext: (plugin): TagContext => ({
      ...context(plugin),
      llm: llmOf(plugin),
      tag(trace, ...tags) {
        const own = (trace as unknown as OpenTrace).tags
        for (const tag of tags) requireTag(tag, trace)
        for (const tag of tags) if (!own.includes(tag)) own.push(tag)
      },
    }),
    augmentContext: (plugin): AugmentContext => ({
      ...context(plugin),
      llm: llmOf(plugin),
      deriveTrace: (parents, changes) => sink.deriver.trace(plugin, asList(parents), changes),
      deriveExample: (parents, example) =>
        sink.deriver.example(plugin, asList(parents), example as never) as never,
      drop: (item, reason, detail) => drop(plugin, item, reason, detail),
      lossOf: (item, field, kind, detail) =>
        sink.losses.add({ id: item.id, uri: item.source.uri, plugin }, { field, kind, detail }),
    }),
    settle(plugin, before, after) {
      const goesOn = new Set<Trace | Example>(after)
      // A copy with changes is the item itself.
      const ids = new Set(after.map(({ id }) => id))
      const parents = new Set(after.flatMap((item) => item.parents))
      for (const item of before) {
        if (!goesOn.has(item) && !ids.has(item.id) && !dropped.has(item) && !parents.has(item.id))
          drop(plugin, item, 'not-returned')
      }
    },
  }
}

/** @throws SFT_PLUGIN_RESULT; whoever calls the handler adds the plugin */
function requireTag(tag: unknown, { id, source }: Trace): void {
  if (typeof tag === 'string' && tag !== '') return
  const found = typeof tag === 'string' ? 'an empty text' : tag === null ? 'null' : typeof tag
  throw sftError(
    'SFT_PLUGIN_RESULT',
    `A tag is a text such as \`outcome:errored\`, and this one is ${found}.`,
    {
      id,
      source: source.uri,
      ...(source.line !== undefined && { line: source.line }),
    },
  )
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}
