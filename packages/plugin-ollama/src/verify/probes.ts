/** A chat that is rendered and compared. */
export interface Probe {
  readonly name: string
  readonly messages: readonly ChatMessage[]
  readonly tools?: readonly unknown[]
  /** The answer that the dataset gives, where the probe is a row of it. */
  readonly answer?: ChatMessage
}

export interface ChatMessage {
  readonly role: string
  readonly content?: string | null
  readonly tool_calls?: readonly {
    readonly id?: string
    readonly type?: string
    readonly function: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }
  }[]
  readonly tool_call_id?: string
  readonly name?: string
}

/** Keys stand in the order in which Ollama writes them: another one cannot survive it. */
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'find_train',
      description: 'Trains between two stations.',
      parameters: {
        type: 'object',
        required: ['from', 'to'],
        properties: {
          class: { type: 'string', description: 'The class.', enum: ['first', 'second'] },
          from: { type: 'string', description: 'Where it starts.' },
          to: { type: 'string', description: 'Where it ends.' },
        },
      },
    },
  },
  {
    type: 'function',
    function: {
      name: 'get_time',
      description: 'The time at a place.',
      parameters: { type: 'object', properties: { place: { type: 'string', description: 'A place.' } } },
    },
  },
] as const

const user = (content: string): ChatMessage => ({ role: 'user', content })
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content })
const system: ChatMessage = { role: 'system', content: 'You answer in one line.' }
const call = (name: string, args: Readonly<Record<string, unknown>>, content = ''): ChatMessage => ({
  role: 'assistant',
  content,
  tool_calls: [{ type: 'function', function: { name, arguments: args } }],
})
const result = (name: string, content: string): ChatMessage => ({ role: 'tool', name, content })

/** What every chat template has to render in the same way wherever it is rendered. */
export const PROBES: readonly Probe[] = [
  { name: 'one question', messages: [user('When does the train leave?')] },
  { name: 'system', messages: [system, user('When does the train leave?')] },
  {
    name: 'several turns',
    messages: [
      system,
      user('Hello'),
      assistant('Good day.'),
      user('And now?'),
      assistant('Later.'),
      user('When?'),
    ],
  },
  { name: 'Unicode', messages: [user('Grüße aus Łódź — 東京 🚆 “quoted” <b>&amp;</b>\n\ttab')] },
  { name: 'tools', messages: [system, user('A train to Porto?')], tools: TOOLS },
  { name: 'tools without system', messages: [user('A train to Porto?')], tools: TOOLS },
  {
    name: 'tool result',
    messages: [
      system,
      user('A train to Porto?'),
      call('find_train', { from: 'Lisbon', to: 'Porto' }),
      result('find_train', '{"leaves": "9:39"}'),
    ],
    tools: TOOLS,
  },
  {
    name: 'text beside a call, and a turn after it',
    messages: [
      user('A train to Porto?'),
      call('find_train', { from: 'Lisbon', to: 'Porto' }, 'I look.'),
      result('find_train', '9:39'),
      assistant('At 9:39.'),
      user('And back?'),
    ],
    tools: TOOLS,
  },
  {
    name: 'parallel calls',
    messages: [
      user('Both ways?'),
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { type: 'function', function: { name: 'find_train', arguments: { from: 'Lisbon', to: 'Porto' } } },
          { type: 'function', function: { name: 'find_train', arguments: { from: 'Porto', to: 'Lisbon' } } },
        ],
      },
      result('find_train', '9:39'),
      result('find_train', '18:20'),
    ],
    tools: TOOLS,
  },
  {
    name: 'Unicode arguments',
    messages: [
      user('Zug nach Łódź?'),
      call('find_train', { from: 'Zürich "HB"', to: 'Łódź 🚆 <&>' }),
      result('find_train', 'kein Zug — “nichts”'),
    ],
    tools: TOOLS,
  },
]

/** Texts whose tokens go wrong first. */
export const AWKWARD_TEXTS: readonly string[] = [
  'Hello, world',
  ' leading and trailing ',
  'a  b   c    d',
  '\n\n\n',
  ' \n \t\n',
  'tab\tand\r\nline',
  "I'll say it's we're I'D",
  '1234567890 3.14159 1,000,000 007',
  'Grüße, Łódź, naïve, façade',
  'e\u0301 combining',
  '東京特許許可局 こんにちは 한국어',
  'नमस्ते ไทย العربية עברית',
  '🚆👩‍👩‍👧‍👦🏳️‍🌈',
  '\u200bzero\u200dwidth\ufeff',
  '{"name": "f", "arguments": {"a": [1, 2, {"b": null}]}}',
  '    if x != y:\n        return ~z  # comment',
  '<tool_call>\n{}\n</tool_call>',
  '<|im_start|>user<|im_end|><|eot_id|></s><s>',
  '<b>&amp;</b> — “quotes” … ¿?',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
]
