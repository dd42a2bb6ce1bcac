import {
  type ContentPart,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
} from '@sftkit/core'
import { readArguments } from '../arguments.ts'
import { roleOf } from '../chat/roles.ts'
import { isCutOff } from '../cut-off.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { describeType, readId, readText } from '../values.ts'
import { bashText } from './bash.ts'
import type { Entry } from './entries.ts'

/** The message that an entry adds to the context of the model; undefined where it adds none. */
export function readEntryMessage(entry: Entry, losses: LossRecorder): DraftMessage | undefined {
  const { value, type, timestamp } = entry
  switch (type) {
    case 'message':
      return isJsonObject(value.message) ? readMessage(value.message, timestamp, losses) : undefined
    case 'custom_message':
      return contextMessage(value, '', timestamp, losses)
    case 'branch_summary':
      return draftMessage('user', readText(value.summary) ?? '', { name: 'branch-summary', timestamp })
    default:
      return undefined
  }
}

const PATH = '(message).message'

function readMessage(
  message: JsonObject,
  timestamp: string | undefined,
  losses: LossRecorder,
): DraftMessage | undefined {
  const role = readText(message.role) ?? ''
  switch (role) {
    case 'assistant': {
      const { content, reasoning, toolCalls } = readParts(message.content, 'message/content', losses)
      return draftMessage('assistant', content, {
        timestamp,
        reasoning: reasoning.length === 0 ? undefined : reasoning.join('\n\n'),
        toolCalls: toolCalls.length === 0 ? undefined : toolCalls,
        // Where it was stopped nothing is to be learned, nor where it was stopped before it said anything.
        ...((isCutOff(message.stopReason) ||
          (content === '' && reasoning.length + toolCalls.length === 0)) && {
          train: false,
        }),
      })
    }
    case 'toolResult':
    case 'tool':
      return draftMessage('tool', readParts(message.content, 'message/content', losses).content, {
        timestamp,
        toolCallId: readId(message.toolCallId),
        name: readText(message.toolName),
      })
    case 'bashExecution':
    case 'pythonExecution':
      if (message.excludeFromContext === true) return undefined
      losses.loss(PATH, 'changed', 'a command the user ran, read as a text of the user')
      return draftMessage('user', bashText(message), { timestamp })
    case 'custom':
    case 'hookMessage':
      return contextMessage(message, 'message/', timestamp, losses)
    case 'branchSummary':
    case 'compactionSummary':
      return draftMessage('user', readText(message.summary) ?? '', {
        name: role === 'branchSummary' ? 'branch-summary' : 'compaction-summary',
        timestamp,
      })
    default: {
      // Of a role that nobody knows, only what has a content is taken for a message.
      if (roleOf(role) === undefined && message.content == null) return undefined
      const known = roleOf(role) ?? 'user'
      if (known !== role)
        losses.loss(`${PATH}.role`, 'changed', `${role === '' ? 'absent' : role} read as ${known}`)
      const { content } = readParts(message.content, 'message/content', losses)
      return draftMessage(known, content, {
        timestamp,
        ...(roleOf(role) === undefined && role !== '' && { name: role }),
      })
    }
  }
}

/** Text that an extension puts into the context. */
function contextMessage(
  value: JsonObject,
  place: string,
  timestamp: string | undefined,
  losses: LossRecorder,
): DraftMessage {
  const { content } = readParts(value.content, `${place}content`, losses)
  return draftMessage('user', content, { name: readText(value.customType), timestamp })
}

interface Parts {
  readonly content: string | readonly ContentPart[]
  readonly reasoning: readonly string[]
  readonly toolCalls: DraftCall[]
}

function readParts(value: JsonValue | undefined, place: string, losses: LossRecorder): Parts {
  const path = place === 'content' ? '(custom_message).content' : `${PATH}.content`
  if (!Array.isArray(value)) {
    const isText = value == null || typeof value === 'string'
    if (!isText) losses.loss(path, 'changed', `${describeType(value)} written as JSON text`)
    return { content: isText ? (value ?? '') : JSON.stringify(value), reasoning: [], toolCalls: [] }
  }
  const parts: ContentPart[] = []
  const reasoning: string[] = []
  const toolCalls: DraftCall[] = []
  for (const [index, part] of (value as readonly JsonValue[]).entries()) {
    if (typeof part === 'string') parts.push({ type: 'text', text: part })
    if (!isJsonObject(part)) continue
    if (part.type === 'text' && readText(part.text) !== undefined)
      parts.push({ type: 'text', text: part.text as string })
    if (part.type === 'image') parts.push(imagePart(part, `${place}/${index}`))
    const thinking = part.type === 'thinking' ? (readText(part.thinking) ?? readText(part.text)) : undefined
    if (thinking !== undefined) reasoning.push(thinking)
    if (part.type === 'toolCall') toolCalls.push(readCall(part, path, losses))
  }
  const [only] = parts
  const content = only === undefined ? '' : parts.length === 1 && only.type === 'text' ? only.text : parts
  return { content, reasoning, toolCalls }
}

function imagePart(part: JsonObject, place: string): ContentPart {
  const mediaType = readText(part.mimeType) ?? readText(part.mediaType)
  return { type: 'image', uri: `#/${place}`, ...(mediaType !== undefined && { mediaType }) }
}

function readCall(part: JsonObject, path: string, losses: LossRecorder): DraftCall {
  const field = `${path}[](toolCall)`
  return {
    id: readId(part.id) ?? '',
    name: readText(part.name) ?? '',
    ...readArguments(part.arguments, `${field}.arguments`, losses),
  }
}
