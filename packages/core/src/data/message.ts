import type { JsonValue } from './json.ts'

export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** A piece of a message's content. Images and files are references: their bytes stay where they are. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'file'; readonly uri: string; readonly mediaType?: string }

export interface ToolCall {
  readonly id: string
  readonly name: string
  /**
   * The parsed object; where the source's text is not a JSON object, `{}` and the text in `argumentsText`. Text that a
   * loader leaves here is parsed by core, as `parseArguments` does.
   */
  readonly arguments: JsonValue
  /** The source's text, only where it did not parse as a JSON object. */
  readonly argumentsText?: string
}

export interface Message {
  readonly role: Role
  /** `""` beside tool calls without text. */
  readonly content: string | readonly ContentPart[]
  /** The model's thinking, apart from its answer. */
  readonly reasoning?: string
  readonly toolCalls?: readonly ToolCall[]
  /** On role `tool`: the call it answers; absent where the result answers no known call. */
  readonly toolCallId?: string
  readonly name?: string
  readonly timestamp?: string
  /** Whether an assistant's tokens are learned. Absent means: learned on role assistant, never on others. */
  readonly train?: boolean
  /** Context repeated from an earlier trace. */
  readonly copied?: boolean
}

/** A tool's definition as the model was given it, in the Chat Completions shape. */
export interface ToolDefinition {
  readonly type: 'function'
  readonly function: {
    readonly name: string
    readonly description?: string
    readonly parameters?: JsonValue
    readonly [key: string]: JsonValue | undefined
  }
  readonly [key: string]: unknown
}

/** The text of a message: its string, or its text parts joined by newlines. */
export function messageText(message: Message): string {
  if (typeof message.content === 'string') return message.content
  return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

/** Whether a message is what a user said: the environment's answers to an agent without tools have the same role. */
export function isUserTurn(message: Message): boolean {
  return message.role === 'user' && message.name !== 'environment'
}

/** Whether an assistant turn is learned. */
export function isTrained(message: Message): boolean {
  return message.role === 'assistant' && message.train !== false && message.copied !== true
}
