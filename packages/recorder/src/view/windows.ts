import type { Recording } from './recording.ts'
import { createSums, type StepSums } from './step-sums.ts'

/** Recordings with fewer steps are cut into windows exactly; longer ones at the blocks of their index. */
const EXACT_UP_TO = 20_000

/**
 * A recording's steps in at most so many windows of about the same size, in their order.
 *
 * @param range a part of the steps, by their places; then each of its steps is read
 */
export function windowsOf(
  recording: Recording,
  most: number,
  range?: { readonly from: number; readonly to: number },
): StepSums[] {
  const all = recording.sums?.steps ?? 0
  const steps = range === undefined ? all : Math.min(range.to, all) - range.from + 1
  const size = Math.max(1, Math.ceil(steps / most))
  const windows: StepSums[] = []
  const window = createSums()
  const endWindow = (): void => {
    const sums = window.take()
    if (sums !== undefined) windows.push(sums)
  }
  let from = range?.from ?? 1
  if (range === undefined && steps > EXACT_UP_TO) {
    for (const block of recording.blocks) {
      window.merge(block)
      from += block.steps
      if (window.steps >= size) endWindow()
    }
  }
  const to = range === undefined ? {} : { to: range.to }
  for (const step of recording.steps({ from, ...to, texts: false })) {
    window.add(step)
    if (window.steps >= size) endWindow()
  }
  endWindow()
  return windows
}
