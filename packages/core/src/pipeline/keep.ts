import type { ResolvedConfig } from '../config/types.ts'
import type { Trace } from '../data/trace.ts'
import { failingPart, type Measures } from '../dsl/condition.ts'
import { sftError } from '../errors/error.ts'
import type { Activity } from '../hooks/activity.ts'
import { attributeSync } from '../hooks/attribute.ts'
import { readOnly } from '../hooks/read-only.ts'
import type { AttributedDrop, Registry } from '../hooks/registry.ts'
import type { Scope } from '../hooks/scope.ts'
import { requireDrop } from '../plugin/register.ts'
import { type TokenCounter, tokensOf } from './measure.ts'

/** Why a trace makes no row by itself, or undefined. The first reason wins: empty, plugins, `filter`, `keep`. */
export type Judge = (trace: Trace, scope: Scope) => AttributedDrop | undefined

export function createJudge(
  config: ResolvedConfig,
  registry: Registry,
  activity: Activity,
  count: TokenCounter | undefined,
): Judge {
  const who = { plugin: 'config', hook: 'filter', activity } as const
  const measures: Measures = { tokens: (trace) => tokensOf(trace, count) }
  const filters = config.filter.map((filter) => readOnly('config', attributeSync(who, filter)))
  const keep = config.keep === undefined ? undefined : attributeSync(who, keepJudge(config.keep, measures))
  return (trace, scope) => {
    if (trace.messages.length === 0)
      return { plugin: 'core', reason: 'empty', detail: 'the session has no messages' }
    const drop = registry.filter.call(trace, scope)
    if (drop !== undefined) return drop
    for (const filter of filters) {
      const own = requireDrop(filter(trace, scope.context('config')), 'config', trace)
      if (own) return { ...own, plugin: 'config' }
    }
    return keep?.(trace)
  }
}

function keepJudge(
  keep: NonNullable<ResolvedConfig['keep']>,
  measures: Measures,
): (trace: Trace) => AttributedDrop | undefined {
  if (typeof keep === 'function') {
    return (trace) => (answerOf(keep(trace)) ? undefined : { plugin: 'config', reason: 'keep' })
  }
  return (trace) => {
    if (answerOf(keep.test(trace, measures))) return undefined
    return { plugin: 'config', reason: 'keep', detail: failingPart(keep, trace, measures).describe }
  }
}

/** A promise is always true: it would keep everything. */
function answerOf(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('then' in answer)) return Boolean(answer)
  Promise.resolve(answer).catch(() => {})
  throw sftError('SFT_PLUGIN_PROMISE', '`keep` is synchronous, and it returned a promise.')
}
