import type { Contender } from '../harness/contenders.ts'
import type { Cost } from '../harness/measure.ts'
import type { Python } from '../harness/python.ts'

export interface Bench {
  readonly root: string
  /** Where the data and the contenders' output go. */
  readonly data: string
  readonly python: Python
  /** The chosen ones that can run here. */
  readonly contenders: readonly Contender[]
  readonly rounds: number
  readonly bytes: number
  readonly skip10gb: boolean
  say(line: string): void
}

export interface SuiteResult {
  readonly title: string
  /** Markdown. */
  readonly report: string
  readonly costs: Readonly<Record<string, readonly Cost[]>>
}

export type Suite = (bench: Bench) => Promise<SuiteResult | undefined>
