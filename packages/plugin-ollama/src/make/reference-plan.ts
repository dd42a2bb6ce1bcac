import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import type { ModelFolder } from '../checkpoint/model-folder.ts'

/**
 * How many tokens the model itself is asked to add to each chat, by its size and the machine's memory; 0 where it does
 * not fit.
 *
 * @param alone without guesses: the weights are in memory in 32 bits
 */
export function greedyTokensFor(model: ModelFolder, alone: boolean): number {
  const bytes = model.weights.reduce((sum, file) => sum + statSync(file).size, 0)
  // Two bytes a weight are usual; four only make this careful.
  const parameters = bytes / 2
  const needed = alone ? parameters * 4 : bytes
  if (needed > totalmem() * (alone ? 0.4 : 0.8)) return 0
  return parameters < 1e8 ? 128 : parameters < 2e9 ? 48 : 24
}
