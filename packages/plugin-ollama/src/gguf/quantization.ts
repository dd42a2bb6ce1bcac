/** What the converter writes itself. */
const DIRECT = ['f32', 'f16', 'bf16', 'q8_0'] as const
/** What llama-quantize makes of an f16 file, under Ollama's spelling. */
const SMALLER = [
  ...['q2_k', 'q3_k_s', 'q3_k_m', 'q3_k_l', 'q4_k_s', 'q4_k_m', 'q5_k_s', 'q5_k_m', 'q6_k'],
  ...['q4_0', 'q4_1', 'q5_0', 'q5_1'],
] as const

export type Quantization =
  | (typeof DIRECT)[number]
  | 'q2_K'
  | 'q3_K_S'
  | 'q3_K_M'
  | 'q3_K_L'
  | 'q4_K_S'
  | 'q4_K_M'
  | 'q5_K_S'
  | 'q5_K_M'
  | 'q6_K'
  | 'q4_0'
  | 'q4_1'
  | 'q5_0'
  | 'q5_1'

/** The names in the spelling that is shown; any upper or lower case is taken. */
export const QUANTIZATIONS: readonly Quantization[] = [...DIRECT, ...SMALLER].map(spelled)

function spelled(name: string): Quantization {
  return name.replace(/k(_[sml])?$/, (end) => end.toUpperCase()) as Quantization
}

/** The name in the spelling that is shown, or nothing where no such quantisation exists. */
export function quantizationOf(name: string): Quantization | undefined {
  const lower = name.toLowerCase()
  return QUANTIZATIONS.find((known) => known.toLowerCase() === lower)
}

/** The converter's `--outtype`, and where that is not yet the quantisation, llama-quantize's name for it. */
export function quantizationSteps(quantization: Quantization): {
  outtype: (typeof DIRECT)[number]
  quantize?: string
} {
  const direct = DIRECT.find((name) => name === quantization)
  return direct ? { outtype: direct } : { outtype: 'f16', quantize: quantization.toUpperCase() }
}
