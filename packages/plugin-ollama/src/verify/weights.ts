import { basename } from 'node:path'
import { firstBadWeight } from '../checkpoint/finite.ts'
import type { ModelFolder } from '../checkpoint/model-folder.ts'
import { failed, type GateResult, notRun, passed } from './gate.ts'

/** Whether every weight of the model folder is a number. */
export async function checkWeights(model: ModelFolder, signal?: AbortSignal): Promise<GateResult> {
  if (model.weights.length === 0) return notRun('weights', 'only safetensors files are looked through')
  for (const file of model.weights) {
    const bad = await firstBadWeight(file, signal)
    if (bad)
      return failed('weights', `${bad.tensor} in ${basename(file)} is ${bad.value} at ${bad.at}`, {
        file: basename(file),
        tensor: bad.tensor,
        at: bad.at,
        found: bad.value,
      })
  }
  return passed('weights', `all finite, ${model.weights.length} file${model.weights.length === 1 ? '' : 's'}`)
}
