import { z } from 'zod'

/** A trainer whose layout of rows and config is known. */
export type TrainerTool = 'axolotl' | 'llama-factory' | 'torchtune'

export interface CommandOptions {
  /**
   * The program and its arguments, as `['axolotl', 'train', '{config}']`. Placeholders: `{config}` the written config,
   * `{dataset}` the rows to train on, `{validation}` those to evaluate on (an empty file where there are none),
   * `{model}` the base model, `{output}` the folder for the trained one.
   */
  readonly run: readonly string[]
  /** Writes rows and config in the layout of a known trainer. Without it rows stay as they are. */
  readonly tool?: TrainerTool
  /** Keys of the trainer's own config; they go before those that are made from the trainer's options. */
  readonly config?: Readonly<Record<string, unknown>>
}

export const commandSchema = z.strictObject({
  run: z.array(z.string()).min(1),
  tool: z.enum(['axolotl', 'llama-factory', 'torchtune']).optional(),
  config: z.record(z.string(), z.unknown()).default({}),
})

export type CommandSettings = z.output<typeof commandSchema>

/** The arguments of a run, under TRL's names, that are put into other trainers' words. */
export const TRANSLATED = [
  'num_train_epochs',
  'max_steps',
  'per_device_train_batch_size',
  'gradient_accumulation_steps',
  'learning_rate',
  'max_grad_norm',
  'warmup_steps',
  'max_length',
  'packing',
  'logging_steps',
  'save_strategy',
  'seed',
] as const
