import type { RowMessage } from '../../src/template/messages.ts'

export interface Row {
  readonly messages: readonly RowMessage[]
  readonly tools?: readonly unknown[]
}

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a town, "now" & here <b>.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city'],
    },
  },
}

function call(id: string, args: object): NonNullable<RowMessage['tool_calls']>[number] {
  return { id, type: 'function', function: { name: 'get_weather', arguments: args } }
}

/** Texts that tokenizers cut in ways of their own. */
const AWKWARD = [
  'tab\tand\u00a0no-break\u2003space',
  'line\r\nline\rline\u2028line',
  '    four  two   three ',
  '1234567890 3.14159 1e-9 ١٢٣ ½ ²',
  "don't I'LL we've ’s x's",
  'שלום עולם مرحبا हिन्दी ไทย 한국어 日本語。',
  '\u202eright to left\u202c \u200b\u200d\ufeff',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🏳️‍🌈 👨🏿‍🚀 🇧🇷🇧🇷 ﷽',
  'a\u0301e\u0300o\u0302 Å ① ﬃ ſ İ ß',
  '<|not_a_token|> <tool> </s> <s> ▁ Ġ Ċ <0x0A>',
  '\\n \\u0041 {{ x }} {% y %} {# z #} "\\"',
  'camelCaseHTTPServer2_snake-kebab.dot/path?x=1&y=2#z',
  '................ -------- ######## ////////',
  'def f(x):\n\treturn {\n\t\t"a": [1,2,3],\n\t}\n\n\n',
]

/** Conversations of every shape that agents have; a template may refuse some. */
export const rows: readonly Row[] = [
  {
    messages: [
      { role: 'user', content: 'What is 2+2?' },
      { role: 'assistant', content: 'It is 4.' },
    ],
  },
  {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Name a fruit.' },
      { role: 'assistant', content: 'Apple' },
      { role: 'user', content: '  Another one,\n\nplease.\t' },
      { role: 'assistant', content: '\n  Pear — naïve café ☕\n\n' },
    ],
  },
  {
    messages: [
      { role: 'user', content: 'cafe\u0301 in 東京 👩‍👩‍👧‍👦 and "quotes" \\ {% raw %}?' },
      { role: 'assistant', content: '👍🏽 Å ﬁne\u00a0day 🇯🇵' },
      { role: 'user', content: 'and?' },
      { role: 'assistant', content: 'e\u0301nd 🙂' },
    ],
  },
  {
    tools: [weather],
    messages: [
      { role: 'system', content: 'You look things up.' },
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'assistant', content: '', tool_calls: [call('c1', { city: 'Oslo' })] },
      { role: 'tool', tool_call_id: 'c1', name: 'get_weather', content: '4 C, "grey"' },
      { role: 'assistant', content: 'It is 4 C in Oslo.' },
    ],
  },
  {
    tools: [weather],
    messages: [
      { role: 'user', content: 'Oslo and Århus?' },
      {
        role: 'assistant',
        content: 'I look at both.',
        tool_calls: [call('c1', { city: 'Oslo', days: 2 }), call('c2', { city: 'Århus', days: 1.5 })],
      },
      { role: 'tool', tool_call_id: 'c1', name: 'get_weather', content: '4 C' },
      { role: 'tool', tool_call_id: 'c2', name: 'get_weather', content: '6 C' },
      { role: 'assistant', content: 'Oslo 4 C, Århus 6 C.' },
      { role: 'user', content: 'Thanks.' },
      { role: 'assistant', content: 'You are welcome.' },
    ],
  },
  {
    messages: [
      { role: 'user', content: 'Is 91 prime?' },
      { role: 'assistant', content: 'No.', reasoning_content: '91 = 7 * 13.' },
      { role: 'user', content: 'And 97?' },
      { role: 'assistant', content: 'Yes.', reasoning_content: 'No divisor up to 9.\nSo it is.' },
    ],
  },
  {
    messages: [
      { role: 'user', content: AWKWARD.join('\n') },
      { role: 'assistant', content: AWKWARD.toReversed().join(' ') },
    ],
  },
]
