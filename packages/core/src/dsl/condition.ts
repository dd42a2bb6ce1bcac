import type { Trace } from '../data/trace.ts'

/** What a condition can ask beyond the trace itself. */
export interface Measures {
  /** Tokens of the trace's messages: counted where a tokenizer is configured, else estimated. */
  tokens(trace: Trace): number
}

/** A readable yes-or-no question about a trace, for `keep`. */
export interface Condition {
  /** As it is written in the config: the reason in rejected.jsonl. */
  readonly describe: string
  test(trace: Trace, measures: Measures): boolean
  /** The parts of an `all`, so that the reason can name the one that failed. */
  readonly parts?: readonly Condition[]
}

/** Holds where every part holds. */
export function all(...parts: readonly Condition[]): Condition {
  return {
    describe: `all(${parts.map((part) => part.describe).join(', ')})`,
    test: (trace, measures) => parts.every((part) => part.test(trace, measures)),
    parts,
  }
}

/** Holds where at least one part holds. */
export function any(...parts: readonly Condition[]): Condition {
  return {
    describe: `any(${parts.map((part) => part.describe).join(', ')})`,
    test: (trace, measures) => parts.some((part) => part.test(trace, measures)),
  }
}

/** Holds where the condition does not. */
export function not(condition: Condition): Condition {
  return {
    describe: `not(${condition.describe})`,
    test: (trace, measures) => !condition.test(trace, measures),
  }
}

/** The innermost condition that makes `keep` say no. */
export function failingPart(condition: Condition, trace: Trace, measures: Measures): Condition {
  const failed = condition.parts?.find((part) => !part.test(trace, measures))
  return failed === undefined ? condition : failingPart(failed, trace, measures)
}
