import type { Recording } from './recording.ts'
import { createSums, type StepSums } from './step-sums.ts'

/** Recordings with fewer steps are cut into windows exactly; longer ones at the blocks of their index. */
const EXACT_UP_TO = 20_000

/** A recording's steps in at most so many windows of about the same size, in their order. */
export function windowsOf(recording: Recording, most: number): StepSums[] {
  const steps = recording.sums?.steps ?? 0
  const size = Math.ceil(steps / most)
  const windows: StepSums[] = []
  const window = createSums()
  const endWindow = (): void => {
    const sums = window.take()
    if (sums !== undefined) windows.push(sums)
  }
  let from = 1
  if (steps > EXACT_UP_TO) {
    for (const block of recording.blocks) {
      window.merge(block)
      from += block.steps
      if (window.steps >= size) endWindow()
    }
  }
  for (const step of recording.steps({ from, texts: false })) {
    window.add(step)
    if (window.steps >= size) endWindow()
  }
  endWindow()
  return windows
}
