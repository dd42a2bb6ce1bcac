/** A family of chat templates, and the kind of tokenizer that its models have. */
export interface Family {
  readonly name: string
  /** Its name among TRL's templates. */
  readonly trl?: string
  readonly text?: string
  /** Bytes as GPT-2 spells them, SentencePiece's spaces, or those with one before the text. */
  readonly kind: 'bytes' | 'spaces' | 'prefixed'
  readonly bos?: string
  readonly eos: string
  /** Special tokens that take the white space after them, as Phi-3's do. */
  readonly swallow?: readonly string[]
}

/** Templates that TRL trains: by marks of their own, or by a patched copy. */
export const trained: readonly Family[] = [
  { name: 'qwen2.5', trl: 'qwen2_5', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'qwen3', trl: 'qwen3', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'qwen3-instruct-2507', trl: 'qwen3_instruct_2507', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'qwen3.5-nothink', trl: 'qwen3_5_nothink', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'qwen3.5-think', trl: 'qwen3_5_think', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'qwen3.6', trl: 'qwen3_6', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'qwen3.8', trl: 'qwen3_8', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'llama3', trl: 'llama3', kind: 'bytes', bos: '<|begin_of_text|>', eos: '<|eot_id|>' },
  { name: 'gemma', trl: 'gemma', kind: 'spaces', bos: '<bos>', eos: '<eos>' },
  { name: 'gemma3', trl: 'gemma3', kind: 'spaces', bos: '<bos>', eos: '<eos>' },
  {
    name: 'phi3',
    trl: 'phi3',
    kind: 'prefixed',
    bos: '<s>',
    eos: '<|endoftext|>',
    swallow: ['<|end|>', '<|user|>', '<|assistant|>', '<|system|>'],
  },
  { name: 'phi3.5', trl: 'phi3_5', kind: 'prefixed', bos: '<s>', eos: '<|endoftext|>' },
  { name: 'gpt-oss', trl: 'gptoss', kind: 'bytes', eos: '<|return|>' },
  { name: 'glm4-moe', trl: 'glm4moe', kind: 'bytes', eos: '<|endoftext|>' },
  {
    name: 'deepseek-v3',
    trl: 'deepseekv3',
    kind: 'bytes',
    bos: '<｜begin▁of▁sentence｜>',
    eos: '<｜end▁of▁sentence｜>',
  },
  {
    name: 'deepseek-r1-distill',
    trl: 'deepseek_r1_distill',
    kind: 'bytes',
    bos: '<｜begin▁of▁sentence｜>',
    eos: '<｜end▁of▁sentence｜>',
  },
  { name: 'lfm2', trl: 'lfm2', kind: 'bytes', bos: '<|startoftext|>', eos: '<|im_end|>' },
  { name: 'lfm2-later', trl: 'lfm2_v2', kind: 'bytes', bos: '<|startoftext|>', eos: '<|im_end|>' },
  { name: 'lfm2.5', trl: 'lfm2_2_5', kind: 'bytes', bos: '<|startoftext|>', eos: '<|im_end|>' },
  { name: 'cohere', trl: 'cohere', kind: 'bytes', bos: '<BOS_TOKEN>', eos: '<|END_OF_TURN_TOKEN|>' },
  { name: 'cohere2', trl: 'cohere2', kind: 'bytes', bos: '<BOS_TOKEN>', eos: '<|END_OF_TURN_TOKEN|>' },
  { name: 'nemotron3-nano', trl: 'nemotron_3_nano', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'nemotron3-super', trl: 'nemotron_3_super', kind: 'bytes', eos: '<|im_end|>' },
  { name: 'muse-glimmer', trl: 'muse_glimmer', kind: 'bytes', eos: '<|end|>' },
]

/** In the way of SmolLM and other models that speak ChatML: every role in one statement, no tools. */
export const CHATML = `{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou help.<|im_end|>\\n' }}{% endif %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`

/** In the way of Llama 2 and the first Mistral: no head before an answer, the end of text behind it. */
export const BRACKETS = `{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] | trim + eos_token }}{% else %}{{ raise_exception('Only user and assistant') }}{% endif %}{% endfor %}`

/** In the way of Granite: roles between marks, calls as one list of JSON. */
export const ROLES = `{%- if tools %}
    {{- '<|start_of_role|>available_tools<|end_of_role|>' }}
    {%- for tool in tools %}{{- tool | tojson(indent=4) }}{%- if not loop.last %}{{- '\\n\\n' }}{%- endif %}{%- endfor %}
    {{- '<|end_of_text|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message['role'] == 'assistant' and message['tool_calls'] %}
        {{- '<|start_of_role|>assistant<|end_of_role|><|tool_call|>[' }}
        {%- for call in message['tool_calls'] %}{{- call['function'] | tojson }}{%- if not loop.last %}, {% endif %}{%- endfor %}
        {{- ']<|end_of_text|>\\n' }}
    {%- elif message['role'] == 'tool' %}
        {{- '<|start_of_role|>tool_response<|end_of_role|>' + message['content'] + '<|end_of_text|>\\n' }}
    {%- else %}
        {{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' + message['content'] + '<|end_of_text|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_of_role|>assistant<|end_of_role|>' }}
{%- endif %}
`

/** Templates that TRL does not train: it raises. */
export const untrained: readonly Family[] = [
  { name: 'llama3.1', trl: 'llama3_1', kind: 'bytes', bos: '<|begin_of_text|>', eos: '<|eot_id|>' },
  { name: 'llama3.2', trl: 'llama3_2', kind: 'bytes', bos: '<|begin_of_text|>', eos: '<|eot_id|>' },
  { name: 'gemma4', trl: 'gemma4', kind: 'spaces', bos: '<bos>', eos: '<turn|>' },
  { name: 'chatml', text: CHATML, kind: 'bytes', eos: '<|im_end|>' },
  { name: 'brackets', text: BRACKETS, kind: 'prefixed', bos: '<s>', eos: '</s>' },
  { name: 'roles', text: ROLES, kind: 'bytes', eos: '<|end_of_text|>' },
]
