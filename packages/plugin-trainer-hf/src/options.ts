import { z } from 'zod'
import type { Launcher } from './launch/types.ts'
import type { Method } from './worker/protocol.ts'

/** What a person writes in `trainerHf({ … })`. */
export interface TrainerHfOptions {
  /** The plugin's name, where two instances are listed. Default `trainer-hf`. */
  readonly name?: string
  /** A folder, or a name on the Hugging Face Hub. Several are trained one after another, each into a folder of its own. */
  readonly model: string | readonly string[]
  /** The commit, tag or branch of a model on the Hub. */
  readonly revision?: string
  /** Whether code that comes with the model may run. Default false. */
  readonly trustRemoteCode?: boolean
  /** Default `sft`: rows of format `messages`. `dpo` takes `preference`, `kto` takes `unpaired`. */
  readonly method?: Method
  /** The format that is trained, where another one than the method's own is meant, as `prompt-completion`. */
  readonly format?: string
  /** Default 1. */
  readonly epochs?: number
  /** Rows that a device takes at once. Default 2. */
  readonly batchSize?: number
  /** Batches whose gradients are added up for one step. Default 4. */
  readonly gradientAccumulation?: number
  /** Default 2e-5; of `dpo` and `kto` 1e-6. */
  readonly learningRate?: number
  /** Default 1. */
  readonly maxGradNorm?: number
  /** Below 1 a share of all steps, else steps. Default 0.1. */
  readonly warmup?: number
  /** The most tokens of a row. Default 2048. */
  readonly maxLength?: number
  /** The largest share of rows that `maxLength` may cut or drop. Default 0.02. */
  readonly maxCutShare?: number
  /** Puts several rows into one sequence. Default false. */
  readonly packing?: boolean
  /** Of the weights and of mixed precision. Default `bfloat16`; `float32` turns mixed precision off. */
  readonly dtype?: 'bfloat16' | 'float16' | 'float32'
  /** Default `auto`: a GPU where there is one. */
  readonly device?: 'auto' | 'cpu' | 'cuda' | 'mps'
  /** Trains an adapter instead of all weights: `true`, or arguments of peft's LoraConfig. */
  readonly lora?: boolean | Readonly<Record<string, unknown>>
  /** Loads the base in 4 or 8 bits below an adapter (QLoRA), or arguments of BitsAndBytesConfig. */
  readonly quantization?: '4bit' | '8bit' | Readonly<Record<string, unknown>>
  /** Whether an adapter is also merged into its base. Default true. */
  readonly merge?: boolean
  /** Default 42. */
  readonly seed?: number
  /** Default 10. */
  readonly loggingSteps?: number
  /** When checkpoints are written, which an interrupted training goes on from. Default `no`. */
  readonly saveStrategy?: 'no' | 'steps' | 'epoch' | 'best'
  /** `wandb`, `tensorboard`, …. Default `none`. */
  readonly reportTo?: string | readonly string[]
  /** Ends a training whose evaluation loss did not fall by `threshold` for `patience` evaluations. */
  readonly earlyStop?: { readonly patience?: number; readonly threshold?: number }
  /** Warns where nothing happens for so many minutes (default 10), and stops after so many (default never). */
  readonly stall?: { readonly warnMinutes?: number; readonly stopMinutes?: number }
  /** Any other argument of the installed TRL's SFTConfig, DPOConfig or KTOConfig, under its own name. */
  readonly args?: Readonly<Record<string, unknown>>
  /** Where the worker runs. Default: one process on this machine. */
  readonly launcher?: Launcher
}

const positive = z.number().positive()
const whole = z.int().positive()
const record = z.record(z.string(), z.unknown())

export const optionsSchema = z.strictObject({
  name: z.string().min(1).default('trainer-hf'),
  model: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  revision: z.string().min(1).optional(),
  trustRemoteCode: z.boolean().default(false),
  method: z.enum(['sft', 'dpo', 'kto']).default('sft'),
  format: z.string().min(1).optional(),
  epochs: positive.default(1),
  batchSize: whole.default(2),
  gradientAccumulation: whole.default(4),
  learningRate: positive.optional(),
  maxGradNorm: z.number().nonnegative().default(1),
  warmup: z.number().nonnegative().default(0.1),
  maxLength: whole.default(2048),
  maxCutShare: z.number().min(0).max(1).default(0.02),
  packing: z.boolean().default(false),
  dtype: z.enum(['bfloat16', 'float16', 'float32']).default('bfloat16'),
  device: z.enum(['auto', 'cpu', 'cuda', 'mps']).default('auto'),
  lora: z.union([z.boolean(), record]).default(false),
  quantization: z.union([z.enum(['4bit', '8bit']), record]).optional(),
  merge: z.boolean().default(true),
  seed: z.int().nonnegative().default(42),
  loggingSteps: positive.default(10),
  saveStrategy: z.enum(['no', 'steps', 'epoch', 'best']).default('no'),
  reportTo: z.union([z.string(), z.array(z.string())]).default('none'),
  earlyStop: z
    .strictObject({ patience: whole.default(3), threshold: z.number().nonnegative().default(0) })
    .optional(),
  stall: z.strictObject({ warnMinutes: positive.default(10), stopMinutes: positive.optional() }).prefault({}),
  args: record.default({}),
  launcher: z
    .custom<Launcher>(
      (value) => typeof value === 'object' && value !== null && 'start' in value && 'command' in value,
      'a launcher: local(), accelerate(), …',
    )
    .optional(),
})

export type TrainerSettings = z.output<typeof optionsSchema>

const FORMAT_OF: Readonly<Record<Method, string>> = { sft: 'messages', dpo: 'preference', kto: 'unpaired' }

/** The dataset's format that is trained. */
export function trainedFormat({ method, format }: Pick<TrainerSettings, 'method' | 'format'>): string {
  return format ?? FORMAT_OF[method]
}
