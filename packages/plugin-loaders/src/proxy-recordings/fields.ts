import { anthropicContent } from '../anthropic/fields.ts'
import { changed, dropped, either, type Fields, kept, list, object } from '../ledger/fields.ts'

const SETTING = dropped('a setting of the request')
const PERSONAL = dropped('personal')
const TRANSPORT = dropped('of the transport')
const COUNTED = dropped('parts of a count')

const settings = (...names: readonly string[]): Record<string, Fields> =>
  Object.fromEntries(names.map((name) => [name, SETTING]))

/** Headers in which clients name the session that a request belongs to. */
export const SESSION_HEADERS: readonly string[] = ['session', 'conversation', 'thread'].flatMap((name) => [
  `${name}_id`,
  `${name}-id`,
  `x-${name}-id`,
])

/** The line around a request and its answer; the bodies have tables of their own. */
export const exchangeFields: Fields = object({
  format: dropped('says what the line is'),
  version: dropped('of the recording'),
  id: kept,
  started: kept,
  api: kept,
  request: object({
    method: TRANSPORT,
    path: kept,
    headers: object(
      {
        'user-agent': kept,
        ...Object.fromEntries(SESSION_HEADERS.map((name) => [name, kept])),
      },
      TRANSPORT,
    ),
    encoding: TRANSPORT,
    body: kept,
    text: dropped('no JSON'),
    base64: dropped('no JSON'),
    left_out: dropped('the bytes of a body that was not recorded'),
  }),
  answer: object({
    status: kept,
    headers: dropped('of the transport'),
    encoding: TRANSPORT,
    text: changed('read as the body that it is'),
    chunks: changed('put together to one answer'),
    base64: dropped('no text'),
    left_out: dropped('the bytes of a body that was not recorded'),
  }),
  first_byte_ms: TRANSPORT,
  ms: changed('read as the time of the end'),
  end: kept,
  error: kept,
})

const CHAT_SETTINGS = settings(
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'n',
  'best_of',
  'seed',
  'stop',
  'stream',
  'stream_options',
  'echo',
  'suffix',
  'max_tokens',
  'max_completion_tokens',
  'presence_penalty',
  'frequency_penalty',
  'repetition_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'response_format',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'reasoning_effort',
  'reasoning',
  'verbosity',
  'modalities',
  'audio',
  'prediction',
  'store',
  'service_tier',
  'web_search_options',
  'prompt_cache_key',
  'prompt_cache_retention',
  'extra_body',
  'chat_template_kwargs',
  'thinking',
  'provider',
  'plugins',
  'transforms',
  'models',
  'include',
  'keep_alive',
  'options',
  'format',
  'raw',
  'template',
  'think',
  'context',
)

/** Chat Completions, Completions and Ollama's own interface; messages are recorded by their reader. */
export const chatRequest: Fields = object({
  ...CHAT_SETTINGS,
  model: kept,
  messages: kept,
  tools: kept,
  functions: kept,
  prompt: kept,
  system: kept,
  images: changed('a reference'),
  metadata: kept,
  user: PERSONAL,
  safety_identifier: PERSONAL,
})

const errorOf: Fields = either(kept, {
  object: object({ message: kept, type: kept, code: kept, param: kept }),
})

export const chatAnswer: Fields = object({
  id: kept,
  object: dropped('says that it is a completion'),
  created: dropped('the exchange has its time'),
  created_at: dropped('the exchange has its time'),
  model: kept,
  choices: list(
    object({
      index: kept,
      message: kept,
      text: kept,
      finish_reason: kept,
      native_finish_reason: dropped('repeats finish_reason'),
      stop_reason: dropped('of one model call'),
      logprobs: dropped('probabilities'),
      content_filter_results: dropped('a judgment of the provider'),
    }),
  ),
  usage: object({
    prompt_tokens: kept,
    completion_tokens: kept,
    total_tokens: kept,
    cost: kept,
    prompt_tokens_details: COUNTED,
    completion_tokens_details: COUNTED,
    cost_details: COUNTED,
    is_byok: COUNTED,
    prompt_cache_hit_tokens: COUNTED,
    prompt_cache_miss_tokens: COUNTED,
  }),
  error: errorOf,
  message: kept,
  response: kept,
  thinking: kept,
  done: dropped('of the stream'),
  done_reason: kept,
  prompt_eval_count: kept,
  eval_count: kept,
  context: dropped('tokens of the server'),
  total_duration: TRANSPORT,
  load_duration: TRANSPORT,
  prompt_eval_duration: TRANSPORT,
  eval_duration: TRANSPORT,
  system_fingerprint: dropped('of the server'),
  service_tier: dropped('of the server'),
  provider: dropped('who serves the model'),
  obfuscation: dropped('of the stream'),
  timings: TRANSPORT,
  prompt_filter_results: dropped('a judgment of the provider'),
})

export const messagesRequest: Fields = object({
  model: kept,
  system: anthropicContent,
  messages: list(object({ role: kept, content: anthropicContent })),
  tools: kept,
  metadata: object({ user_id: changed('the session that is named in it') }),
  ...settings(
    'max_tokens',
    'temperature',
    'top_p',
    'top_k',
    'stop_sequences',
    'stream',
    'tool_choice',
    'thinking',
    'service_tier',
    'container',
    'context_management',
    'mcp_servers',
    'output_config',
    'output_format',
    'inference_geo',
    'speed',
    'cache_control',
  ),
})

export const messagesAnswer: Fields = object({
  id: kept,
  type: dropped('says that it is a message'),
  role: kept,
  model: kept,
  content: anthropicContent,
  stop_reason: kept,
  stop_sequence: dropped('of one model call'),
  stop_details: dropped('of one model call'),
  container: dropped('of the server'),
  context_management: dropped('of the server'),
  usage: object(
    {
      input_tokens: kept,
      output_tokens: kept,
      cache_read_input_tokens: changed('added to the input'),
      cache_creation_input_tokens: changed('added to the input'),
    },
    COUNTED,
  ),
  error: errorOf,
})
