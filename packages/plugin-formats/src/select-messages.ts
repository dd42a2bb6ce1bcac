import { type Example, isTrained, type Message, messageText, redactSecrets } from '@sftkit/core'
import type { LossTally } from './losses.ts'
import type { MessageSelection } from './options.ts'

/** The messages that a row is made of; the same list where all are kept. */
export function selectMessages(
  messages: readonly Message[],
  { includeSystem, textOnly }: MessageSelection,
  losses: LossTally,
): readonly Message[] {
  if (includeSystem && !textOnly) return messages
  const kept: Message[] = []
  for (const message of messages) {
    if (message.role === 'system' && !includeSystem) {
      losses.add('messages[role=system]', 'dropped', 'includeSystem: false')
    } else if (textOnly && message.role === 'tool') {
      losses.add('messages[role=tool]', 'dropped', 'textOnly: true')
    } else if (textOnly && message.toolCalls !== undefined) {
      losses.add('messages[].toolCalls', 'dropped', 'textOnly: true', message.toolCalls.length)
      if (messageText(message) === '') continue
      const { toolCalls: _left, ...text } = message
      kept.push(text)
    } else {
      kept.push(message)
    }
  }
  return kept
}

/** Whether any assistant turn is learned. */
export function hasTrainedTurn(messages: readonly Message[]): boolean {
  return messages.some(isTrained)
}

/** Whether some assistant turn is context only, so that a row has to say which turns are learned. */
export function hasUntrainedTurn(messages: readonly Message[]): boolean {
  return messages.some((message) => message.role === 'assistant' && !isTrained(message))
}

/** The longest text of an error that a drop names. */
const SHOWN = 200

/** How a conversation ended of which nothing is learned, for the detail of its drop. */
export function failureOf({ outcome }: Example): string | undefined {
  const { error } = outcome ?? {}
  // Before it is cut: of half a secret nobody can tell that it is one.
  return error === undefined
    ? undefined
    : redactSecrets(error.slice(0, 10 * SHOWN))
        .replaceAll(/\s+/g, ' ')
        .trim()
        .slice(0, SHOWN)
        .toWellFormed()
}
