import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import type { ModelFolder } from '../checkpoint/model-folder.ts'

/** How much the model itself is asked, by its size and the machine's memory. */
export interface ReferencePlan {
  readonly dtype: 'float32' | 'bfloat16'
  /** How many tokens it adds to each chat; 0 where it does not fit into memory. */
  readonly greedyTokens: number
}

export function planReference(model: ModelFolder): ReferencePlan {
  const bytes = model.weights.reduce((sum, file) => sum + statSync(file).size, 0)
  // Two bytes a weight are usual; four only make this careful.
  const parameters = bytes / 2
  const memory = totalmem()
  const greedyTokens = parameters < 1e8 ? 128 : parameters < 2e9 ? 48 : 24
  if (parameters * 4 < memory * 0.4) return { dtype: 'float32', greedyTokens }
  return { dtype: 'bfloat16', greedyTokens: parameters * 2 < memory * 0.7 ? greedyTokens : 0 }
}
