import { dirname } from 'node:path'
import type { WorkerRun } from '../../worker/protocol.ts'
import type { Layout } from './layout.ts'
import { type Message, messagesOf, textOf } from './rows.ts'

/** What LLaMA-Factory puts between the results of parallel calls. */
const BETWEEN_RESULTS = '\n</tool_response>\n<tool_response>\n'

const TAGS = {
  role_tag: 'role',
  content_tag: 'content',
  user_tag: 'user',
  assistant_tag: 'assistant',
  observation_tag: 'observation',
  function_tag: 'function_call',
  system_tag: 'system',
}

/**
 * LLaMA-Factory's `sharegpt` datasets: turns of the person's side and of the model's side take turns, and a call is a
 * turn of its own whose content is JSON. All of it texts, so that its reader mixes up no arguments.
 * See the README of its `data` folder, and src/llamafactory/data/converter.py.
 */
export const llamaFactory: Layout = {
  row(row) {
    const [first, ...rest] = messagesOf(row)
    const system = first?.role === 'system' ? textOf(first) : undefined
    const turns = turnsOf(system === undefined && first !== undefined ? [first, ...rest] : rest)
    // It passes over any other row, and says so only in its log.
    const fits =
      turns.length > 1 &&
      turns.length % 2 === 0 &&
      turns.every(({ role }, at) => isAnswer(role) === (at % 2 === 1))
    if (!fits) return undefined
    const tools = Array.isArray(row.tools)
      ? row.tools.map((tool: { function?: unknown }) => tool.function ?? tool)
      : []
    return { messages: turns, system: system ?? '', tools: tools.length === 0 ? '' : JSON.stringify(tools) }
  },
  leaves:
    'are not turn about, beginning with the user and ending with the assistant, or have text beside a call',
  files: ({ dataset, validation, hasValidation }) => ({
    'dataset_info.json': {
      sftkit: described(dataset),
      ...(hasValidation && { sftkit_validation: described(validation) }),
    },
  }),
  config(run, { model, dataset, output, hasValidation }) {
    const { args, lora } = run
    const steps = Number(args.warmup_steps ?? 0)
    return {
      model_name_or_path: model,
      ...(run.model.revision !== undefined && { model_revision: run.model.revision }),
      ...(run.model.trustRemoteCode && { trust_remote_code: true }),
      stage: 'sft',
      do_train: true,
      finetuning_type: lora === undefined ? 'full' : 'lora',
      ...adapter(run),
      dataset_dir: dirname(dataset),
      dataset: 'sftkit',
      ...(hasValidation && { eval_dataset: 'sftkit_validation', eval_strategy: 'epoch' }),
      cutoff_len: args.max_length,
      packing: args.packing ?? false,
      output_dir: output,
      overwrite_output_dir: true,
      num_train_epochs: args.num_train_epochs,
      ...(args.max_steps !== undefined && { max_steps: args.max_steps }),
      per_device_train_batch_size: args.per_device_train_batch_size,
      gradient_accumulation_steps: args.gradient_accumulation_steps,
      learning_rate: args.learning_rate,
      max_grad_norm: args.max_grad_norm,
      ...(steps < 1 ? { warmup_ratio: steps } : { warmup_steps: steps }),
      logging_steps: args.logging_steps,
      save_strategy: args.save_strategy,
      seed: args.seed,
      bf16: run.dtype === 'bfloat16',
      fp16: run.dtype === 'float16',
      report_to: 'none',
    }
  },
}

const isAnswer = (role: string): boolean => role === 'assistant' || role === 'function_call'

interface Turn {
  readonly role: string
  readonly content: string
}

function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    const content = textOf(message)
    const calls = message.tool_calls ?? []
    if (message.role === 'tool') {
      if (last?.role === 'observation')
        turns[turns.length - 1] = { ...last, content: last.content + BETWEEN_RESULTS + content }
      else turns.push({ role: 'observation', content })
    } else if (calls.length > 0) {
      if (content.trim() !== '') turns.push({ role: 'assistant', content })
      turns.push({ role: 'function_call', content: JSON.stringify(calls.map(callOf)) })
    } else turns.push({ role: message.role, content })
  }
  return turns
}

/** Arguments are objects here: it writes them out itself. */
function callOf(call: NonNullable<Message['tool_calls']>[number]): unknown {
  const { name, arguments: given } = call.function
  return { name, arguments: typeof given === 'string' ? JSON.parse(given) : given }
}

function described(file: string): unknown {
  return {
    file_name: file,
    formatting: 'sharegpt',
    columns: { messages: 'messages', system: 'system', tools: 'tools' },
    tags: TAGS,
  }
}

function adapter({ lora, quantization }: WorkerRun): Record<string, unknown> {
  if (lora === undefined) return {}
  const bits = quantization?.load_in_4bit === true ? 4 : quantization?.load_in_8bit === true ? 8 : undefined
  return {
    lora_rank: lora.r,
    lora_alpha: lora.lora_alpha,
    lora_dropout: lora.lora_dropout,
    lora_target: Array.isArray(lora.target_modules) ? lora.target_modules.join(',') : 'all',
    ...(bits !== undefined && { quantization_bit: bits }),
  }
}
