import type { Layout } from './layout.ts'
import { messagesOf, textOf } from './rows.ts'

/**
 * torchtune's `chat_dataset`: texts of system, user and assistant, turn about. It has no place for tool calls. Model,
 * tokenizer and checkpointer differ from recipe to recipe and come from `config`.
 * See pytorch.org/torchtune, "Chat Datasets".
 */
export const torchtune: Layout = {
  row(row) {
    const messages = messagesOf(row)
    const turns = messages.filter(({ role }, at) => !(role === 'system' && at === 0))
    const fits =
      turns.length > 1 &&
      turns.every(
        ({ role, tool_calls: calls }, at) =>
          role === (at % 2 === 0 ? 'user' : 'assistant') && (calls ?? []).length === 0,
      )
    return fits
      ? { messages: messages.map((message) => ({ role: message.role, content: textOf(message) })) }
      : undefined
  },
  leaves: 'have tool calls, or are not turn about',
  config({ args, dtype }, { dataset, validation, output, hasValidation }) {
    const of = (file: string): Record<string, unknown> => ({
      _component_: 'torchtune.datasets.chat_dataset',
      source: 'json',
      data_files: file,
      split: 'train',
      conversation_column: 'messages',
      conversation_style: 'openai',
      train_on_input: false,
      packed: args.packing ?? false,
    })
    return {
      output_dir: output,
      dataset: of(dataset),
      ...(hasValidation && { dataset_val: { ...of(validation), packed: false } }),
      epochs: args.num_train_epochs,
      batch_size: args.per_device_train_batch_size,
      gradient_accumulation_steps: args.gradient_accumulation_steps,
      clip_grad_norm: args.max_grad_norm,
      seed: args.seed,
      dtype: dtype === 'bfloat16' ? 'bf16' : dtype === 'float16' ? 'fp16' : 'fp32',
      ...(args.max_steps !== undefined && { max_steps_per_epoch: args.max_steps }),
    }
  },
}
