/** A tool call as rows have it: arguments are an object, or JSON text where a template needs that. */
export interface RowToolCall {
  readonly id?: string
  readonly type?: string
  readonly function: { readonly name: string; readonly arguments: unknown }
}

/** A message of a row, as it stands in `messages`, `prompt` and `completion`. */
export interface RowMessage {
  readonly role: string
  readonly content?: unknown
  readonly reasoning_content?: string
  readonly tool_calls?: readonly RowToolCall[]
  readonly tool_call_id?: string
  readonly name?: string
  /** False: the turn is context, its tokens are not learned. */
  readonly train?: boolean
  readonly [key: string]: unknown
}

/** Names that a message's reasoning goes by; templates read the first, those of GPT-OSS `thinking`. */
const REASONING = ['reasoning_content', 'thinking', 'reasoning'] as const

/**
 * The messages as transformers hands them to a template: without keys that are null, with the reasoning under both
 * names that templates read (transformers 5: `apply_chat_template`, `_alias_reasoning_fields`).
 */
export function templateMessages(messages: readonly RowMessage[]): Record<string, unknown>[] {
  return messages.map((message) => {
    const kept = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null))
    const reasoning = REASONING.map((name) => kept[name]).find((value) => value !== undefined)
    return reasoning === undefined ? kept : { thinking: reasoning, ...kept, reasoning_content: reasoning }
  })
}

/** The messages with every call's arguments as JSON text, spaced as Python writes it. */
export function withTextArguments(messages: readonly RowMessage[]): RowMessage[] {
  return messages.map((message) =>
    message.tool_calls === undefined
      ? message
      : {
          ...message,
          tool_calls: message.tool_calls.map((call) => ({
            ...call,
            function: { ...call.function, arguments: argumentsText(call.function.arguments) },
          })),
        },
  )
}

function argumentsText(value: unknown): unknown {
  return typeof value === 'string' ? value : spacedJson(value)
}

function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`)
  return `{${entries.join(', ')}}`
}

/** Whether the tokens of a message are learned. */
export function isLearned(message: RowMessage): boolean {
  return message.role === 'assistant' && message.train !== false
}
