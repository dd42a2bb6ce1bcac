import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const STARTS = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va'.split(' ')
const MIDDLES = 'lan mer nid rop sul tak vem zin'.split(' ')
const ENDS = ['a', 'on', 'er', 'is']
const SKIES = 'clear cloudy rainy windy snowy foggy stormy mild'.split(' ')
const THINGS =
  'umbrella coat scarf boots sandals gloves hat raincoat sweater jacket shirt blanket sunglasses thermos map torch'.split(
    ' ',
  )
const WORDS_EACH = 6

export const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather of a place.',
      parameters: {
        type: 'object',
        required: ['place'],
        properties: { place: { type: 'string' } },
      },
    },
  },
]

export interface ToolRow {
  readonly messages: readonly Record<string, unknown>[]
  readonly tools: typeof tools
}

/** A made-up word; 512 of them before they repeat. */
function word(number: number): string {
  const end = ENDS[number % ENDS.length]
  const middle = MIDDLES[Math.floor(number / ENDS.length) % MIDDLES.length]
  const start = STARTS[Math.floor(number / ENDS.length / MIDDLES.length) % STARTS.length]
  return `${start}${middle}${end}`
}

/**
 * Conversations with a call, its result and an answer. No two prompts share a word: so small a model remembers rows by
 * their words, and does not learn to copy one.
 */
export function toolRows(count = 64): ToolRow[] {
  return Array.from({ length: count }, (_, at) => {
    const words = Array.from({ length: WORDS_EACH }, (_, index) => word(at * WORDS_EACH + index))
    const place = words[0] ?? ''
    const sky = SKIES[at % SKIES.length]
    const thing = THINGS[(at * 5) % THINGS.length]
    return {
      messages: [
        { role: 'user', content: `${words.join(' ')} ${words.join(' ')}` },
        {
          role: 'assistant',
          content: '',
          tool_calls: [
            {
              id: `call_${at}`,
              type: 'function',
              function: { name: 'get_weather', arguments: { place } },
            },
          ],
        },
        {
          role: 'tool',
          tool_call_id: `call_${at}`,
          name: 'get_weather',
          content: `${words.join(' ')} ${sky}`,
        },
        { role: 'assistant', content: `Take your ${thing}, it is ${sky}.` },
      ],
      tools,
    }
  })
}

/** Pairs for DPO: the call that was right, and an answer without looking. */
export function preferenceRows(count = 32): Record<string, unknown>[] {
  return toolRows(count).map(({ messages, tools: listed }) => ({
    prompt: messages.slice(0, 1),
    chosen: messages.slice(1, 2),
    rejected: [{ role: 'assistant', content: 'I do not know.' }],
    tools: listed,
  }))
}

/** Answers for KTO, half of them good. */
export function unpairedRows(count = 32): Record<string, unknown>[] {
  return toolRows(count).map(({ messages, tools: listed }, at) => ({
    prompt: messages.slice(0, 1),
    completion: at % 2 === 0 ? messages.slice(1, 2) : [{ role: 'assistant', content: 'I do not know.' }],
    label: at % 2 === 0,
    tools: listed,
  }))
}

/** Writes rows as JSON lines. @returns the path */
export function writeRows(file: string, rows: readonly unknown[]): string {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
  return file
}
