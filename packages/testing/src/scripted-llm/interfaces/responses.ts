import { answered, event, type Interface, textOf } from './interface.ts'

/** OpenAI's Responses, see its api reference. */
export const responses: Interface = {
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
