import type { WorkerRun } from '../../worker/protocol.ts'
import type { Layout } from './layout.ts'
import { type Message, messagesOf, type Row } from './rows.ts'

/**
 * Axolotl's `chat_template` datasets, with the tokenizer's own template. Arguments and parameters are texts, which it
 * parses: its reader would give every call the arguments of all the others.
 * See docs.axolotl.ai, "Conversation" and "Config Reference".
 */
export const axolotl: Layout = {
  row(row) {
    const messages = messagesOf(row)
    if (!messages.some(({ role }) => role === 'assistant')) return undefined
    const tools = Array.isArray(row.tools) ? row.tools : []
    return {
      messages: messages.map(withTextArguments),
      ...(tools.length > 0 && { tools: tools.map(withTextParameters) }),
    }
  },
  leaves: 'have no assistant turn',
  config(run, places) {
    const { args, lora, quantization } = run
    const steps = Number(args.warmup_steps ?? 0)
    const of = (path: string): Record<string, unknown> => ({
      path,
      ds_type: 'json',
      type: 'chat_template',
      chat_template: 'tokenizer_default',
      field_messages: 'messages',
      field_tools: 'tools',
      message_field_training: 'train',
      roles_to_train: ['assistant'],
      train_on_eos: 'turn',
    })
    return {
      base_model: places.model,
      ...(run.model.revision !== undefined && { revision_of_model: run.model.revision }),
      ...(run.model.trustRemoteCode && { trust_remote_code: true }),
      datasets: [of(places.dataset)],
      ...(places.hasValidation && { test_datasets: [{ ...of(places.validation), split: 'train' }] }),
      dataset_prepared_path: places.cache,
      output_dir: places.output,
      sequence_len: args.max_length,
      sample_packing: args.packing ?? false,
      num_epochs: args.num_train_epochs,
      ...(args.max_steps !== undefined && { max_steps: args.max_steps }),
      micro_batch_size: args.per_device_train_batch_size,
      gradient_accumulation_steps: args.gradient_accumulation_steps,
      learning_rate: args.learning_rate,
      max_grad_norm: args.max_grad_norm,
      ...(steps < 1 ? { warmup_ratio: steps } : { warmup_steps: steps }),
      optimizer: 'adamw_torch_fused',
      lr_scheduler: 'linear',
      logging_steps: args.logging_steps,
      save_strategy: args.save_strategy,
      seed: args.seed,
      bf16: run.dtype === 'bfloat16',
      fp16: run.dtype === 'float16',
      ...adapter(lora, quantization),
    }
  },
}

function adapter(lora: WorkerRun['lora'], quantization: WorkerRun['quantization']): Record<string, unknown> {
  if (lora === undefined) return {}
  return {
    adapter: quantization === undefined ? 'lora' : 'qlora',
    ...(quantization?.load_in_4bit === true && { load_in_4bit: true }),
    ...(quantization?.load_in_8bit === true && { load_in_8bit: true }),
    lora_r: lora.r,
    lora_alpha: lora.lora_alpha,
    lora_dropout: lora.lora_dropout,
    ...(Array.isArray(lora.target_modules)
      ? { lora_target_modules: lora.target_modules }
      : { lora_target_linear: true }),
  }
}

function withTextArguments(message: Message): Row {
  const { tool_calls: calls, ...rest } = message
  if (calls === undefined) return { ...rest }
  return {
    ...rest,
    tool_calls: calls.map((call) => ({
      ...call,
      function: { ...call.function, arguments: text(call.function.arguments) },
    })),
  }
}

function withTextParameters(tool: { readonly function?: { readonly parameters?: unknown } }): unknown {
  if (tool.function?.parameters === undefined) return tool
  return { ...tool, function: { ...tool.function, parameters: text(tool.function.parameters) } }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
