import { answerTo, completion, type Usage } from './answers.ts'
import type { ScriptedLlmOptions, ScriptedQuestion, ScriptedToolCall } from './options.ts'

/** One of the interfaces that the server speaks: how a question is put, and how its answer looks. */
export interface Interface {
  question(body: Record<string, unknown>): ScriptedQuestion
  answer(question: ScriptedQuestion, name: string, options: ScriptedLlmOptions): Answered
  /** Whether a question is answered piece by piece. */
  streams(question: ScriptedQuestion): boolean
  readonly streamType: string
  /** The pieces of a stream, as they stand in its body. */
  pieces(answer: Answered): string[]
}

export interface Answered {
  readonly body: Record<string, unknown>
  readonly usage: Usage
  /** As it is said piece by piece. */
  readonly words: readonly string[]
  readonly toolCalls: readonly Required<ScriptedToolCall>[]
}

const event = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

/** Words with the space before them; at least one piece, so that streams of an empty answer say so. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+|\s+/g) ?? ['']
}

function callsOf(calls: readonly ScriptedToolCall[] | undefined, name: string): Required<ScriptedToolCall>[] {
  return (calls ?? []).map((call, at) => ({ id: `call_${name.slice(0, 8)}_${at}`, ...call }))
}

function answered(
  question: ScriptedQuestion,
  name: string,
  options: ScriptedLlmOptions,
  body: (
    given: ReturnType<typeof answerTo>,
    calls: readonly Required<ScriptedToolCall>[],
  ) => Record<string, unknown>,
): Answered {
  const given = answerTo(question, name, options)
  const toolCalls = callsOf(given.toolCalls, name)
  return {
    body: body(given, toolCalls),
    usage: {
      prompt_tokens: given.inputTokens,
      completion_tokens: given.outputTokens,
      total_tokens: given.inputTokens + given.outputTokens,
    },
    words: wordsOf(given.text),
    toolCalls,
  }
}

const chat: Interface = {
  question: (body) => body as ScriptedQuestion,
  answer(question, name, options) {
    const body = completion(question, name, options)
    return { ...answered(question, name, options, () => body), usage: body.usage }
  },
  streams: ({ stream }) => stream === true,
  streamType: 'text/event-stream',
  pieces({ body, words, toolCalls, usage }) {
    const { choices, usage: _, ...about } = body
    const [choice] = choices as readonly { finish_reason: string }[]
    const chunk = (delta: object, finish: string | null = null): string =>
      event({
        ...about,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
      })
    return [
      chunk({ role: 'assistant', content: '' }),
      ...words.map((content) => chunk({ content })),
      ...toolCalls.flatMap(({ id, name, arguments: given }, index) => {
        const text = JSON.stringify(given)
        const half = Math.ceil(text.length / 2)
        return [
          chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
          chunk({ tool_calls: [{ index, function: { arguments: text.slice(0, half) } }] }),
          chunk({ tool_calls: [{ index, function: { arguments: text.slice(half) } }] }),
        ]
      }),
      chunk({}, choice?.finish_reason ?? 'stop'),
      event({ ...about, object: 'chat.completion.chunk', choices: [], usage }),
      event('[DONE]'),
    ]
  },
}

/** Anthropic's Messages, see its api reference. */
const messages: Interface = {
  question: ({ system, messages: list, ...body }) => ({
    ...body,
    model: String(body.model),
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: textOf(system) }]),
      ...(list as readonly { role: string; content: unknown }[]).map(({ role, content }) => ({
        role,
        content: textOf(content),
      })),
    ],
  }),
  answer: (question, name, options) =>
    answered(question, name, options, ({ text, finish, inputTokens, outputTokens }, calls) => ({
      id: `msg_${name}`,
      type: 'message',
      role: 'assistant',
      model: question.model,
      content: [
        ...(text === '' ? [] : [{ type: 'text', text }]),
        ...calls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: call.arguments })),
      ],
      stop_reason: calls.length > 0 ? 'tool_use' : finish === 'length' ? 'max_tokens' : 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: inputTokens, output_tokens: outputTokens },
    })),
  streams: ({ stream }) => stream === true,
  streamType: 'text/event-stream',
  pieces({ body, words, toolCalls }) {
    const { content, stop_reason, stop_sequence, usage, ...about } = body
    const { input_tokens, output_tokens } = usage as Record<string, number>
    const said = (content as readonly { type: string }[]).some(({ type }) => type === 'text')
    const send = (type: string, fields: object): string => event({ type, ...fields }, type)
    const block = (index: number, start: object, deltas: readonly object[]): string[] => [
      send('content_block_start', { index, content_block: start }),
      ...deltas.map((delta) => send('content_block_delta', { index, delta })),
      send('content_block_stop', { index }),
    ]
    return [
      send('message_start', {
        message: {
          ...about,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens, output_tokens: 1 },
        },
      }),
      send('ping', {}),
      ...(said
        ? block(
            0,
            { type: 'text', text: '' },
            words.map((text) => ({ type: 'text_delta', text })),
          )
        : []),
      ...toolCalls.flatMap(({ id, name, arguments: given }, at) => {
        const text = JSON.stringify(given)
        const half = Math.ceil(text.length / 2)
        return block(
          at + (said ? 1 : 0),
          { type: 'tool_use', id, name, input: {} },
          [text.slice(0, half), text.slice(half)].map((part) => ({
            type: 'input_json_delta',
            partial_json: part,
          })),
        )
      }),
      send('message_delta', { delta: { stop_reason, stop_sequence }, usage: { output_tokens } }),
      send('message_stop', {}),
    ]
  },
}

/** OpenAI's Responses, see its api reference. */
const responses: Interface = {
  question: ({ instructions, input, ...body }) => ({
    ...body,
    model: String(body.model),
    messages: [
      ...(instructions === undefined ? [] : [{ role: 'system', content: String(instructions) }]),
      ...(typeof input === 'string'
        ? [{ role: 'user', content: input }]
        : (input as readonly Record<string, unknown>[]).map((item) => ({
            role: typeof item.role === 'string' ? item.role : 'tool',
            content: textOf(item.content ?? item.output ?? item.arguments ?? ''),
          }))),
    ],
  }),
  answer: (question, name, options) =>
    answered(question, name, options, ({ text, finish, inputTokens, outputTokens }, calls) => ({
      id: `resp_${name}`,
      object: 'response',
      created_at: 1_700_000_000,
      status: finish === 'length' ? 'incomplete' : 'completed',
      error: null,
      incomplete_details: finish === 'length' ? { reason: 'max_output_tokens' } : null,
      model: question.model,
      output: [
        ...(text === ''
          ? []
          : [
              {
                id: `item_${name}`,
                type: 'message',
                role: 'assistant',
                status: 'completed',
                content: [{ type: 'output_text', text, annotations: [] }],
              },
            ]),
        ...calls.map((call) => ({
          id: `fc_${call.id}`,
          type: 'function_call',
          status: 'completed',
          call_id: call.id,
          name: call.name,
          arguments: JSON.stringify(call.arguments),
        })),
      ],
      usage: {
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 0 },
      },
    })),
  streams: ({ stream }) => stream === true,
  streamType: 'text/event-stream',
  pieces({ body, words }) {
    let number = 0
    const send = (type: string, fields: object): string =>
      event({ type, sequence_number: number++, ...fields }, type)
    const output = body.output as readonly Record<string, unknown>[]
    return [
      send('response.created', { response: { ...body, status: 'in_progress', output: [], usage: null } }),
      ...output.flatMap((item, output_index) => {
        const place = { output_index, item_id: item.id, content_index: 0 }
        const part = { type: 'output_text', text: '', annotations: [] }
        const said =
          item.type === 'message'
            ? [
                send('response.content_part.added', { ...place, part }),
                ...words.map((delta) => send('response.output_text.delta', { ...place, delta })),
                send('response.output_text.done', { ...place, text: words.join('') }),
                send('response.content_part.done', { ...place, part: { ...part, text: words.join('') } }),
              ]
            : [
                send('response.function_call_arguments.delta', { ...place, delta: item.arguments }),
                send('response.function_call_arguments.done', { ...place, arguments: item.arguments }),
              ]
        const empty = item.type === 'message' ? { content: [] } : { arguments: '' }
        return [
          send('response.output_item.added', {
            output_index,
            item: { ...item, status: 'in_progress', ...empty },
          }),
          ...said,
          send('response.output_item.done', { output_index, item }),
        ]
      }),
      send('response.completed', { response: body }),
    ]
  },
}

/** Ollama's own chat, see its api reference: a stream where nothing else is asked for. */
const ollama: Interface = {
  question: (body) => body as ScriptedQuestion,
  answer: (question, name, options) =>
    answered(question, name, options, ({ text, finish, inputTokens, outputTokens }, calls) => ({
      model: question.model,
      created_at: '2023-11-14T22:13:20Z',
      message: {
        role: 'assistant',
        content: text,
        ...(calls.length > 0 && {
          tool_calls: calls.map((call) => ({ function: { name: call.name, arguments: call.arguments } })),
        }),
      },
      done: true,
      done_reason: finish,
      prompt_eval_count: inputTokens,
      eval_count: outputTokens,
    })),
  streams: ({ stream }) => stream !== false,
  streamType: 'application/x-ndjson',
  pieces({ body, words, toolCalls }) {
    const { message, done, done_reason, prompt_eval_count, eval_count, ...about } = body
    const { tool_calls } = message as { tool_calls?: unknown }
    const line = (fields: object): string => `${JSON.stringify({ ...about, ...fields })}\n`
    return [
      ...words.map((content) => line({ message: { role: 'assistant', content }, done: false })),
      ...(toolCalls.length > 0
        ? [line({ message: { role: 'assistant', content: '', tool_calls }, done: false })]
        : []),
      line({ message: { role: 'assistant', content: '' }, done, done_reason, prompt_eval_count, eval_count }),
    ]
  },
}

/** By path, without a leading `/v1`. */
export const interfaces: Readonly<Record<string, Interface>> = {
  '/chat/completions': chat,
  '/messages': messages,
  '/responses': responses,
  '/api/chat': ollama,
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return JSON.stringify(content)
  return (content as readonly { text?: unknown; content?: unknown }[])
    .map((block) => (typeof block.text === 'string' ? block.text : JSON.stringify(block)))
    .join('\n')
}
