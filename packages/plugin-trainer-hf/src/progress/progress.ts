import type { StageProgress } from '@sftkit/core'
import type { WorkerEvent } from '../worker/protocol.ts'

/** Losses of a run by step. */
export interface LossPoint {
  readonly step: number
  readonly loss: number
}

/** Turns the worker's events into what is shown while it trains. */
export interface TrainProgress {
  /** What to show after this event; undefined where nothing changed. */
  take(event: WorkerEvent): StageProgress | undefined
}

export function trainProgress(): TrainProgress {
  let total = 0
  let begun: { step: number; t: number } | undefined
  let before: { tokens: number; t: number } | undefined
  let done = 0
  const losses: number[] = []
  let figures: Record<string, number | string> = {}
  const shown = (t: number): StageProgress => {
    const perStep =
      begun === undefined || done <= begun.step ? undefined : (t - begun.t) / (done - begun.step)
    return {
      unit: 'steps',
      done,
      total,
      ...(perStep !== undefined && total > done && { secondsLeft: perStep * (total - done) }),
      figures,
      curve: losses,
    }
  }
  return {
    take(event) {
      if (event.type === 'train_begin') {
        total = event.steps
        done = Number(event.step ?? 0)
        begun = { step: done, t: event.t }
        return shown(event.t)
      }
      if (event.type === 'heartbeat' && event.step > done) {
        done = event.step
        return shown(event.t)
      }
      if (event.type !== 'log') return undefined
      done = event.step
      const { loss, eval_loss: evalLoss, num_tokens: tokens } = event.log
      if (typeof loss === 'number') losses.push(loss)
      figures = {
        loss: figures.loss ?? '–',
        ...figures,
        ...(typeof loss === 'number' && { loss: rounded(loss) }),
        ...(typeof evalLoss === 'number' && { 'eval loss': rounded(evalLoss) }),
      }
      if (typeof tokens === 'number') {
        if (before !== undefined && event.t > before.t && tokens > before.tokens)
          figures['tokens/s'] = Math.round((tokens - before.tokens) / (event.t - before.t))
        before = { tokens, t: event.t }
      }
      if (typeof event.gpuMemory === 'number') figures['GPU GB'] = rounded(event.gpuMemory / 1e9)
      return shown(event.t)
    },
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
