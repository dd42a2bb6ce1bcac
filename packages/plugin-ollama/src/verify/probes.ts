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

/** Of the one form that Mistral's templates take: nine letters and digits. */
const FIRST = 'train0001'
const SECOND = 'train0002'

interface Call {
  readonly from: string
  readonly to: string
  readonly id?: string
}
const calls = (list: readonly Call[], content = ''): ChatMessage => ({
  role: 'assistant',
  content,
  tool_calls: list.map(({ from, to, id = FIRST }) => ({
    id,
    type: 'function',
    function: { name: 'find_train', arguments: { from, to } },
  })),
})
const result = (content: string, id = FIRST): ChatMessage => ({
  role: 'tool',
  name: 'find_train',
  content,
  tool_call_id: id,
})

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
  {
    name: 'white space around texts',
    messages: [user('  Hello\n'), assistant('\n Good day. '), user('\tAnd now? \n')],
  },
  {
    name: 'white space around a system text',
    messages: [{ ...system, content: '\n You help. \n' }, user('Hello')],
  },
  { name: 'Unicode', messages: [user('Grüße aus Łódź — 東京 🚆 “quoted” <b>&amp;</b>\n\ttab')] },
  { name: 'tools', messages: [system, user('A train to Porto?')], tools: TOOLS },
  { name: 'tools without system', messages: [user('A train to Porto?')], tools: TOOLS },
  {
    name: 'tool result',
    messages: [
      system,
      user('A train to Porto?'),
      calls([{ from: 'Lisbon', to: 'Porto' }]),
      result('{"leaves": "9:39"}'),
    ],
    tools: TOOLS,
  },
  {
    name: 'text beside a call, and a turn after it',
    messages: [
      user('A train to Porto?'),
      calls([{ from: 'Lisbon', to: 'Porto' }], 'I look.'),
      result('9:39'),
      assistant('At 9:39.'),
      user('And back?'),
    ],
    tools: TOOLS,
  },
  {
    name: 'parallel calls',
    messages: [
      user('Both ways?'),
      calls([
        { from: 'Lisbon', to: 'Porto' },
        { from: 'Porto', to: 'Lisbon', id: SECOND },
      ]),
      result('9:39'),
      result('18:20', SECOND),
    ],
    tools: TOOLS,
  },
  {
    name: 'Unicode arguments',
    messages: [
      user('Zug nach Łódź?'),
      calls([{ from: 'Zürich "HB"', to: 'Łódź 🚆 <&>' }]),
      result('kein Zug — “nichts”'),
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
