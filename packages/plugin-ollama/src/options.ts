import { z } from 'zod'
import { QUANTIZATIONS, type Quantization, quantizationOf } from './gguf/quantization.ts'
import { isModelName } from './ollama/model-name.ts'
import { MODEL } from './ollama/trained-names.ts'

const quantization = z
  .string()
  .transform((name, context): Quantization => {
    const known = quantizationOf(name)
    if (known !== undefined) return known
    context.addIssue({ code: 'custom', message: `one of ${QUANTIZATIONS.join(', ')}` })
    return z.NEVER
  })
  .default('q8_0')

export const makeOptionsSchema = z.strictObject({
  quantization,
  target: z.enum(['ollama', 'gguf']).optional(),
  llamaCppPath: z.string().min(1).optional(),
  host: z.string().min(1).optional(),
  preTokenizer: z.string().min(1).optional(),
  template: z.string().min(1).optional(),
})

export const toOllamaSchema = makeOptionsSchema.extend({ fresh: z.boolean().optional() })

const NAME = 'a name as Ollama takes it: NAME, NAME:TAG or USER/NAME:TAG, {model} in it for the trained model'
const name = z.string().refine((text) => isModelName(text.replaceAll(MODEL, 'model')), NAME)

export const optionsSchema = makeOptionsSchema.extend({
  name: z.union([
    name,
    z
      .array(name)
      .min(1)
      .refine((names) => new Set(names).size === names.length, 'each name once'),
  ]),
})

/** How a model is converted, and where it goes. */
export interface MakeModelOptions {
  /** Default `q8_0`. The names of Ollama, `f32` to `q2_K`; the K types need llama-quantize. */
  readonly quantization?: Quantization | Lowercase<Quantization>
  /** Default: Ollama where it can be reached, else the GGUF alone. */
  readonly target?: 'ollama' | 'gguf'
  /** A folder of llama.cpp. Default: LLAMA_CPP_PATH, what `sft setup serve` installed, or the usual places. */
  readonly llamaCppPath?: string
  /** Where Ollama is. Default: OLLAMA_HOST, else this machine. */
  readonly host?: string
  /** llama.cpp's name for how the tokenizer splits text, where it does not know it itself. */
  readonly preTokenizer?: string
  /** A file with a Go template, for an Ollama that needs one and a model that sftkit has none for. */
  readonly template?: string
}

export interface OllamaOptions extends MakeModelOptions {
  /**
   * The model's name in Ollama, with or without a tag. A model that has it is replaced once the new one is verified.
   * Where several are trained: a list in their order, or a name with `{model}` in it for what each was trained from;
   * without that, it becomes the tag.
   */
  readonly name: string | readonly string[]
}
