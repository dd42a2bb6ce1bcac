import type { StepRow } from '../format/rows.ts'

/** Steps that follow each other, in sums: a block of the index, a window of a timeline, a whole episode. */
export interface StepSums {
  readonly steps: number
  readonly first_step: number
  readonly last_step: number
  readonly reward: number
  readonly least_reward: number
  readonly most_reward: number
  /** After the last step. */
  readonly cumulative_reward: number
  readonly duration_ms: number
  readonly longest_ms: number
  readonly errors: number
  /** Steps that said the episode was done. */
  readonly done: number
  /** The last one that was recorded. */
  readonly pass_rate: number | null
  /** Steps by action type. */
  readonly actions: Readonly<Record<string, number>>
  /** Steps by security flag. */
  readonly flags: Readonly<Record<string, number>>
}

type Mutable = { -readonly [K in keyof StepSums]: StepSums[K] }
type Counts = Map<string, number>

/** What action types are counted under once there are very many of them. */
export const OTHER_ACTIONS = '(other)'
const MOST_ACTIONS = 64

function copyOf(sums: Omit<StepSums, 'actions' | 'flags'>): Mutable {
  const { steps, first_step, last_step, reward, least_reward, most_reward, cumulative_reward } = sums
  const { duration_ms, longest_ms, errors, done, pass_rate } = sums
  return {
    ...{ steps, first_step, last_step, reward, least_reward, most_reward, cumulative_reward },
    ...{ duration_ms, longest_ms, errors, done, pass_rate },
    actions: {},
    flags: {},
  }
}

/** Sums that grow by steps, or by the sums of steps. */
export interface SumsBuilder {
  readonly steps: number
  add(step: StepRow): void
  merge(sums: StepSums): void
  /** The sums so far; afterwards they begin anew. Undefined where there was no step. */
  take(): StepSums | undefined
}

export function createSums(): SumsBuilder {
  let sums: Mutable | undefined
  let actions: Counts = new Map()
  let flags: Counts = new Map()

  const count = (counts: Counts, name: string, by: number): void => {
    const known = counts.get(name)
    if (known !== undefined) counts.set(name, known + by)
    else if (counts.size < MOST_ACTIONS) counts.set(name, by)
    else counts.set(OTHER_ACTIONS, (counts.get(OTHER_ACTIONS) ?? 0) + by)
  }

  const join = (next: Omit<StepSums, 'actions' | 'flags'>): void => {
    if (sums === undefined) {
      sums = copyOf(next)
      return
    }
    sums.steps += next.steps
    sums.last_step = next.last_step
    sums.reward += next.reward
    sums.least_reward = Math.min(sums.least_reward, next.least_reward)
    sums.most_reward = Math.max(sums.most_reward, next.most_reward)
    sums.cumulative_reward = next.cumulative_reward
    sums.duration_ms += next.duration_ms
    sums.longest_ms = Math.max(sums.longest_ms, next.longest_ms)
    sums.errors += next.errors
    sums.done += next.done
    sums.pass_rate = next.pass_rate ?? sums.pass_rate
  }

  return {
    get steps() {
      return sums?.steps ?? 0
    },
    add(step) {
      const { reward } = step
      const duration = step.duration_ms ?? 0
      join({
        steps: 1,
        first_step: step.step_number,
        last_step: step.step_number,
        reward,
        least_reward: reward,
        most_reward: reward,
        cumulative_reward: step.cumulative_reward,
        duration_ms: duration,
        longest_ms: duration,
        errors: step.error === null ? 0 : 1,
        done: step.done ? 1 : 0,
        pass_rate: step.test_pass_rate,
      })
      count(actions, step.action_type, 1)
      for (const flag of step.security_flags) count(flags, flag, 1)
    },
    merge(next) {
      join(next)
      for (const [name, by] of Object.entries(next.actions)) count(actions, name, by)
      for (const [name, by] of Object.entries(next.flags)) count(flags, name, by)
    },
    take() {
      if (sums === undefined) return undefined
      const taken = { ...sums, actions: Object.fromEntries(actions), flags: Object.fromEntries(flags) }
      sums = undefined
      actions = new Map()
      flags = new Map()
      return taken
    },
  }
}
