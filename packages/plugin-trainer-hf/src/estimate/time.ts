/** Dense bfloat16 operations a second of GPUs, by a part of their name; a training reaches about a third. */
const GPU_FLOPS: readonly (readonly [RegExp, number])[] = [
  [/B200|GB200/, 2250e12],
  [/H200|H100|GH200/, 990e12],
  [/A100/, 312e12],
  [/RTX PRO 6000/, 500e12],
  [/L40S/, 362e12],
  [/5090/, 210e12],
  [/4090/, 165e12],
  [/\bL4\b/, 121e12],
  [/A10/, 125e12],
  [/3090/, 71e12],
  [/\bT4\b/, 65e12],
]
const GPU_SHARE = 0.33
/** A core with vector units. */
const CORE_FLOPS = 20e9

/** Imports, and what is done once whatever the model. */
const START_SECONDS = 5
/** Of weights that are read from a disk and made into tensors. */
const WEIGHT_BYTES_A_SECOND = 1e9
/** Of rows that TRL renders and tokenises, in one process. */
const PREPARED_TOKENS_A_SECOND = 150_000

/** Seconds before the first step: imports, the model's weights, and the rows' tokens, which TRL counts once more itself. */
export function startSeconds(parameters: number, rowTokens: number): number {
  return START_SECONDS + (2 * parameters) / WEIGHT_BYTES_A_SECOND + rowTokens / PREPARED_TOKENS_A_SECOND
}

/** Seconds for a million trained tokens: six operations for a weight and a token, eight where layers are computed again. */
export function secondsPerMillionTokens(
  parameters: number,
  machine: { readonly gpu?: string; readonly cores: number },
): number | undefined {
  const operations = 8 * parameters * 1e6
  if (machine.gpu === undefined) return operations / (machine.cores * CORE_FLOPS)
  const known = GPU_FLOPS.find(([name]) => name.test(machine.gpu ?? ''))
  return known === undefined ? undefined : operations / (known[1] * GPU_SHARE)
}
