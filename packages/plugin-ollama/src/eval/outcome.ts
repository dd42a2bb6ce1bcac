import type { Likelihood, ModelAnswer, ModelCall } from '../engine/engine.ts'
import { writtenCall } from '../engine/written-call.ts'
import { callCheck } from './call-fits.ts'
import type { HeldOutTurn, ReferenceAnswer } from './turns.ts'

/** How a model's answer compares with the dataset's. */
export interface TurnOutcome {
  /** Where the dataset calls, the same calls; else the same text but for spaces and capitals. It stopped by itself. */
  readonly right: boolean
  /** Whether the dataset calls tools there. */
  readonly callsExpected: boolean
  /** Calls: the same tools with the same arguments, in any order. Text: the same characters. */
  readonly exact: boolean
  /** Calls: the same tools. Text: the same but for spaces, capitals and the form of characters. */
  readonly alike: boolean
  /** Calls that it made, those that cannot be read included. */
  readonly made: number
  /** Those of a tool that is there, with arguments that it takes. */
  readonly valid: number
  readonly end: ModelAnswer['end'] | 'error'
  /** Why there is no answer. */
  readonly error?: string
  readonly likelihood?: Likelihood
  readonly said: Pick<ModelAnswer, 'text' | 'calls' | 'broken'> & { readonly reasoning?: string }
}

export function outcomeOf(
  { chat, reference }: Pick<HeldOutTurn, 'chat' | 'reference'>,
  answer: ModelAnswer,
  likelihood?: Likelihood,
): TurnOutcome {
  const { text, calls, broken, reasoning, end } = answer
  const expected = callsOf(reference)
  const fits = callCheck(chat.tools)
  const callsExpected = expected.length > 0
  const sameCalls = same(calls.map(writtenCall), expected.map(writtenCall)) && broken.length === 0
  const silent = calls.length + broken.length === 0
  const [own, theirs] = [text.trim(), (reference.content ?? '').trim()]
  const exact = callsExpected ? sameCalls : silent && own === theirs
  const alike = callsExpected
    ? same(
        calls.map(({ name }) => name),
        expected.map(({ name }) => name),
      )
    : silent && normalised(own) === normalised(theirs)
  return {
    right: (callsExpected ? exact : alike) && end === 'stop',
    callsExpected,
    exact,
    alike,
    made: calls.length + broken.length,
    valid: calls.filter(fits).length,
    end,
    ...(likelihood !== undefined && { likelihood }),
    said: { text, calls, broken, ...(reasoning !== '' && { reasoning }) },
  }
}

/** Of a turn that got no answer. */
export function failedOutcome({ reference }: Pick<HeldOutTurn, 'reference'>, error: string): TurnOutcome {
  return {
    right: false,
    callsExpected: callsOf(reference).length > 0,
    exact: false,
    alike: false,
    made: 0,
    valid: 0,
    end: 'error',
    error,
    said: { text: '', calls: [], broken: [] },
  }
}

export function callsOf({ tool_calls: calls = [] }: ReferenceAnswer): ModelCall[] {
  return calls.map(({ function: { name, arguments: args } }) => ({ name, arguments: args }))
}

function same(some: readonly string[], others: readonly string[]): boolean {
  const [a, b] = [some, others].map((list) => [...list].sort())
  return a?.length === b?.length && a?.every((one, at) => one === b?.[at]) === true
}

function normalised(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}
