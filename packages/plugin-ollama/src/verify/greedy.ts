import type { Quantization } from '../gguf/quantization.ts'
import type { EmbeddedModel } from '../library/embedded.ts'
import { failed, type GateResult, notRun, passed } from './gate.ts'

/** A prompt with the tokens that the model itself adds to it, each the likeliest. */
export interface Continuation {
  readonly name: string
  readonly prompt: readonly number[]
  readonly tokens: readonly number[]
}

/**
 * By how much, in nats, a token of the model may be less likely than llama.cpp's own choice. Both compute the same
 * sums in another order, so even of whole weights near ties may fall otherwise; quantising moves all of them.
 */
export const TOLERANCE: Readonly<Record<string, number>> = { f32: 0.02, f16: 0.02, bf16: 0.1, q8_0: 0.35 }
const SMALLER_TOLERANCE = 1.5

/** Whether llama.cpp chooses the tokens that the model chooses, each after the model's own ones before it. */
export async function checkGreedy(
  embedded: EmbeddedModel,
  continuations: readonly Continuation[],
  quantization: Quantization,
): Promise<GateResult> {
  const fitting = continuations.filter(
    ({ prompt, tokens }) => tokens.length > 0 && prompt.length + tokens.length <= embedded.loaded.contextSize,
  )
  if (fitting.length === 0) return notRun('greedy', 'no prompt is short enough')
  const tolerance = TOLERANCE[quantization] ?? SMALLER_TOLERANCE
  let equal = 0
  let all = 0
  let furthest = 0
  for (const { name, prompt, tokens } of fitting) {
    const judged = await embedded.call('judge', { prompt, continuation: tokens })
    for (const [at, { likeliest, behind }] of judged.entries()) {
      const token = tokens[at] as number
      if (!(behind <= tolerance))
        return failed('greedy', `token ${at} after ${name} is ${likeliest} instead of ${token}`, {
          prompt: name,
          token: at,
          expected: token,
          found: likeliest,
          behind: Number.isFinite(behind) ? behind : String(behind),
          tolerance,
        })
      all++
      if (likeliest === token) equal++
      furthest = Math.max(furthest, behind)
    }
  }
  const rest = equal === all ? '' : `, the others within ${furthest.toFixed(3)} of ${tolerance} nats`
  return passed('greedy', `${equal} of ${all} tokens equal${rest}`)
}
