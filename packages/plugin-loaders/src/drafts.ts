import type { ContentPart, Message, Role, ToolCall } from '@sftkit/core'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A call as the source has it: its id may be missing (`''`) or stand for several calls. */
export type DraftCall = Mutable<ToolCall>

/**
 * A message before its calls and results are paired: `toolCallId` is the source's. Its keys are always set in the
 * order of {@link Message}, so that all messages share few shapes.
 */
export interface DraftMessage extends Mutable<Omit<Message, 'toolCalls'>> {
  toolCalls?: DraftCall[]
}

export interface DraftFields {
  readonly reasoning?: string | undefined
  readonly toolCalls?: DraftCall[] | undefined
  readonly toolCallId?: string | undefined
  readonly name?: string | undefined
  readonly timestamp?: string | undefined
  readonly train?: boolean | undefined
  readonly copied?: boolean | undefined
}

export function draftMessage(
  role: Role,
  content: string | readonly ContentPart[],
  fields?: DraftFields,
): DraftMessage {
  const draft: DraftMessage = { role, content }
  if (fields === undefined) return draft
  if (fields.reasoning !== undefined) draft.reasoning = fields.reasoning
  if (fields.toolCalls !== undefined) draft.toolCalls = fields.toolCalls
  if (fields.toolCallId !== undefined) draft.toolCallId = fields.toolCallId
  if (fields.name !== undefined) draft.name = fields.name
  if (fields.timestamp !== undefined) draft.timestamp = fields.timestamp
  if (fields.train !== undefined) draft.train = fields.train
  if (fields.copied !== undefined) draft.copied = fields.copied
  return draft
}
