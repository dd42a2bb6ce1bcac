import { sftError } from '@sftkit/core'
import type { TrainerSettings } from '../options.ts'

/** What the arguments depend on beside the options. */
interface Surroundings {
  /** Whether the validation split has rows. */
  readonly validates: boolean
  readonly format: string
  /** Arguments that the installed TRL takes. */
  readonly fields: readonly string[]
}

/** The options under TRL's names; `args` has the last word. */
export function trainerArguments(
  settings: TrainerSettings,
  args: Readonly<Record<string, unknown>>,
  { validates, format, fields }: Surroundings,
): Record<string, unknown> {
  const { method, warmup } = settings
  const built: Record<string, unknown> = {
    num_train_epochs: settings.epochs,
    per_device_train_batch_size: settings.batchSize,
    gradient_accumulation_steps: settings.gradientAccumulation,
    learning_rate: settings.learningRate ?? (method === 'sft' ? 2e-5 : 1e-6),
    max_grad_norm: settings.maxGradNorm,
    // Above 1 steps, below a share: TRL's own rule, where 1.0 would be one step.
    warmup_steps: warmup,
    max_length: settings.maxLength,
    save_strategy: settings.saveStrategy,
    logging_steps: settings.loggingSteps,
    report_to: settings.reportTo,
    seed: settings.seed,
    eval_strategy: validates ? 'epoch' : 'no',
    ...(method === 'sft' && { packing: settings.packing }),
    ...(method === 'sft' && format === 'messages' && { assistant_only_loss: true }),
    ...(settings.earlyStop !== undefined && earlyStopArguments(settings, args, validates)),
    ...args,
  }
  // An older or newer TRL may lack one of ours.
  return Object.fromEntries(Object.entries(built).filter(([name]) => fields.includes(name)))
}

/** Early stopping goes back to the best weights, so they have to be saved as often as they are evaluated. */
function earlyStopArguments(
  { saveStrategy }: TrainerSettings,
  args: Readonly<Record<string, unknown>>,
  validates: boolean,
): Record<string, unknown> {
  if (!validates)
    throw sftError(
      'SFT_TRAIN_DATA',
      '`earlyStop` looks at the evaluation, and the validation split has no row.',
      { fix: 'Give `split.ratios.validation` a share, or leave `earlyStop` out.' },
    )
  const strategy = args.eval_strategy ?? (saveStrategy === 'steps' ? 'steps' : 'epoch')
  return {
    eval_strategy: strategy,
    save_strategy: strategy,
    load_best_model_at_end: true,
    metric_for_best_model: 'eval_loss',
    greater_is_better: false,
    save_total_limit: 2,
  }
}

/** Arguments of peft's LoraConfig. */
export function loraArguments({ lora, quantization }: TrainerSettings): Record<string, unknown> | undefined {
  if (lora === false && quantization === undefined) return undefined
  const given = typeof lora === 'object' ? lora : {}
  return { r: 16, lora_alpha: 32, lora_dropout: 0, target_modules: 'all-linear', ...given }
}

/** Arguments of BitsAndBytesConfig. */
export function quantizationArguments({
  quantization,
  dtype,
}: TrainerSettings): Record<string, unknown> | undefined {
  if (quantization === undefined || typeof quantization === 'object') return quantization
  if (quantization === '8bit') return { load_in_8bit: true }
  return {
    load_in_4bit: true,
    bnb_4bit_quant_type: 'nf4',
    bnb_4bit_use_double_quant: true,
    bnb_4bit_compute_dtype: dtype,
  }
}
