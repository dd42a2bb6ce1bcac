import type { Quantization } from '../gguf/quantization.ts'
import type { EmbeddedModel } from '../library/embedded.ts'
import { failed, type GateResult, notRun, passed } from './gate.ts'

/** A prompt with the tokens that the model itself adds to it, each the likeliest. */
export interface Continuation {
  readonly name: string
  readonly prompt: readonly number[]
  readonly tokens: readonly number[]
  /** How likely the model finds each of them, in nats. */
  readonly logprobs: readonly number[]
  /** How likely llama.cpp finds them, where it is known that it chooses the same ones. */
  readonly chosen?: readonly number[] | undefined
}

/**
 * How far apart, in nats, the two may be: a token of the model from llama.cpp's own choice, and from the likelihood
 * that the model gives it. Both compute the same sums in another order, so even of whole weights near ties may fall
 * otherwise; quantising moves all of them.
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
  for (const { name, prompt, tokens, logprobs, chosen } of fitting) {
    const judged =
      chosen?.map((logprob, at) => ({ likeliest: tokens[at] as number, behind: 0, logprob })) ??
      (await embedded.call('judge', { prompt, continuation: tokens }))
    for (const [at, { likeliest, behind, logprob }] of judged.entries()) {
      const token = tokens[at] as number
      // Weights that say nothing find every token equally likely, and so none behind another.
      const apart = Math.max(behind, Math.abs(logprob - (logprobs[at] ?? logprob)))
      if (!(apart <= tolerance))
        return failed('greedy', `token ${at} after ${name} is ${differently(token, likeliest)}`, {
          prompt: name,
          token: at,
          expected: token,
          found: likeliest,
          apart: Number.isFinite(apart) ? apart : String(apart),
          tolerance,
        })
      all++
      if (likeliest === token) equal++
      furthest = Math.max(furthest, apart)
    }
  }
  return passed(
    'greedy',
    `${equal} of ${all} tokens equal, within ${furthest.toFixed(4)} of ${tolerance} nats`,
  )
}

function differently(token: number, likeliest: number): string {
  return likeliest === token ? `${token} with another likelihood` : `${likeliest} instead of ${token}`
}
