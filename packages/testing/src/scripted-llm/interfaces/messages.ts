import { answered, event, type Interface, textOf } from './interface.ts'

/** Anthropic's Messages, see its api reference. */
export const messages: Interface = {
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
