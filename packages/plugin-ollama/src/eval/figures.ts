import type { TurnOutcome } from './outcome.ts'

/** What the outcomes of one model add up to. Counts; shares are left to who shows them. */
export interface EvalFigures {
  readonly turns: number
  readonly right: number
  /** Turns where the dataset calls tools. */
  readonly calls: {
    readonly turns: number
    /** Name and arguments the same. */
    readonly exact: number
    /** The same tools, whatever their arguments. */
    readonly sameTools: number
    /** No call at all. */
    readonly missed: number
  }
  /** Turns where the dataset answers in words. */
  readonly text: {
    readonly turns: number
    readonly exact: number
    /** But for spaces, capitals and the form of characters. */
    readonly alike: number
    /** It called a tool instead. */
    readonly called: number
  }
  /** Calls that the model made anywhere. */
  readonly made: { readonly calls: number; readonly valid: number }
  readonly ends: { readonly stop: number; readonly length: number; readonly error: number }
  /** Of the dataset's answers, in nats a token; absent where the engine does not tell. */
  readonly loss?: number
  readonly lossTokens?: number
}

export function figuresOf(outcomes: readonly TurnOutcome[]): EvalFigures {
  const count = (of: readonly TurnOutcome[], is: (outcome: TurnOutcome) => boolean): number =>
    of.filter(is).length
  const sum = (value: (outcome: TurnOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + value(outcome), 0)
  const calling = outcomes.filter((outcome) => outcome.callsExpected)
  const talking = outcomes.filter((outcome) => !outcome.callsExpected)
  const tokens = sum(({ likelihood }) => likelihood?.tokens ?? 0)
  return {
    turns: outcomes.length,
    right: count(outcomes, ({ right }) => right),
    calls: {
      turns: calling.length,
      exact: count(calling, ({ exact }) => exact),
      sameTools: count(calling, ({ alike }) => alike),
      missed: count(calling, ({ made }) => made === 0),
    },
    text: {
      turns: talking.length,
      exact: count(talking, ({ exact }) => exact),
      alike: count(talking, ({ alike }) => alike),
      called: count(talking, ({ made }) => made > 0),
    },
    made: { calls: sum(({ made }) => made), valid: sum(({ valid }) => valid) },
    ends: {
      stop: count(outcomes, ({ end }) => end === 'stop'),
      length: count(outcomes, ({ end }) => end === 'length'),
      error: count(outcomes, ({ end }) => end === 'error'),
    },
    ...(tokens > 0 && { loss: sum(({ likelihood }) => likelihood?.nll ?? 0) / tokens, lossTokens: tokens }),
  }
}
