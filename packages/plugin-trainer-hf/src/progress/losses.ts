import type { TrainMetrics } from '../run/metrics.ts'
import type { LossPoint } from './progress.ts'

/** The losses of a finished training: of the rows it learned from, and of the validation rows. */
export interface Losses {
  readonly train: readonly LossPoint[]
  readonly validation: readonly LossPoint[]
}

export function lossesOf({ metrics }: Pick<TrainMetrics, 'metrics'>): Losses {
  const points = (key: string): LossPoint[] =>
    metrics.flatMap((entry) => {
      const { step } = entry
      const loss = entry[key]
      return typeof step === 'number' && typeof loss === 'number' ? [{ step, loss }] : []
    })
  return { train: points('loss'), validation: points('eval_loss') }
}
