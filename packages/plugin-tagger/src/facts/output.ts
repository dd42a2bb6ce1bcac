import type { JsonValue } from '@sftkit/core'
import type { Facts, Reading } from './facts.ts'

/** Looks for memory trouble in a tool's output, until it was found once. Outputs that are no text are passed over. */
export function gatherOutput(
  output: JsonValue | undefined,
  tool: string | undefined,
  facts: Facts,
  reading: Reading,
): void {
  if (facts.outOfMemory || typeof output !== 'string' || !reading.readsOutputOf(tool)) return
  facts.outOfMemory = reading.isOutOfMemory(output)
}
