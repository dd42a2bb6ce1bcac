import type { LossRecorder } from '@sftkit/core'
import { type CallArguments, readArguments } from '../arguments.ts'
import type { DraftCall } from '../drafts.ts'
import { parsePythonLiteral } from './python-literal.ts'
import { argumentsKey } from './same.ts'
import type { Span } from './span.ts'

/** The tools' runs of a session, each of which answers one call. */
export interface ToolRuns {
  /** The run that answers a call, where it began before the given time; it is not found again. */
  take(
    call: Pick<DraftCall, 'id' | 'name' | 'arguments' | 'argumentsText'>,
    before?: number,
  ): Span | undefined
  /** Whether there is such a run, taken or not. */
  has(call: Pick<DraftCall, 'id' | 'name' | 'arguments' | 'argumentsText'>): boolean
  /** Marks the run that a recorded call and result stand for already. */
  see(call: Pick<DraftCall, 'id' | 'name' | 'arguments' | 'argumentsText'>): void
  /** Runs that answered no call, in their order. */
  rest(): readonly Span[]
}

/** @param runs tool spans in the order of their times */
export function createToolRuns(runs: readonly Span[]): ToolRuns {
  const byId = new Map<string, Span[]>()
  const byCall = new Map<string, Span[]>()
  const used = new Set<Span>()
  for (const span of runs) {
    const { callId, name } = span.tool ?? {}
    if (callId !== undefined) push(byId, callId, span)
    push(byCall, keyOf(name ?? '', argumentsOf(span)), span)
  }
  const find = (
    call: Parameters<ToolRuns['take']>[0],
    free: boolean,
    before = Infinity,
  ): Span | undefined => {
    const named = call.id === '' ? undefined : byId.get(call.id)
    const same = byCall.get(keyOf(call.name, argumentsKey(call.arguments, call.argumentsText)))
    const fits = (span: Span): boolean => !(free && used.has(span)) && (span.start?.at ?? 0) <= before
    // Servers use ids again: of several runs of one id, the one with the call's arguments answers it.
    const exact =
      named !== undefined && named.length > 1
        ? named.find((run) => fits(run) && same?.includes(run))
        : undefined
    return (
      exact ??
      named?.find(fits) ??
      same?.find((span) => fits(span) && (span.tool?.callId ?? call.id) === call.id)
    )
  }
  return {
    take: (call, before) => {
      const span = find(call, true, before)
      if (span !== undefined) used.add(span)
      return span
    },
    has: (call) => find(call, false) !== undefined,
    see: (call) => {
      const span = find(call, true)
      if (span !== undefined) used.add(span)
    },
    rest: () => runs.filter((span) => !used.has(span)),
  }
}

function argumentsOf({ tool }: Span): string {
  const { arguments: value, argumentsText } = readRunArguments(tool?.arguments, { loss: () => {} })
  return argumentsKey(value, argumentsText)
}

/** A run's arguments: an object, JSON text, or text as Python writes it. */
export function readRunArguments(value: unknown, losses: LossRecorder): CallArguments {
  const literal = typeof value === 'string' && value.startsWith("{'") ? parsePythonLiteral(value) : undefined
  if (literal !== undefined)
    losses.loss('spans(tool).arguments', 'changed', 'text as Python writes it, read as an object')
  return readArguments(literal ?? value, 'spans(tool).arguments', losses)
}

function keyOf(name: string, args: string): string {
  return `${name}\n${args}`
}

function push(into: Map<string, Span[]>, key: string, span: Span): void {
  const list = into.get(key)
  if (list === undefined) into.set(key, [span])
  else list.push(span)
}
