import { isJsonObject, type JsonValue } from '@sftkit/core'
import { contentText, type ReferenceOptions } from './reference.ts'

export interface ReferenceTextMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface ReferencePromptCompletion {
  readonly prompt: string
  readonly completion: string
}

const LABELS = { system: 'System', user: 'User', assistant: 'Assistant' } as const

/** The texts alone, as the reference exports them without tool calls. */
export function historyToTextOnly(
  history: readonly JsonValue[],
  { includeSystem = true }: ReferenceOptions = {},
): ReferenceTextMessage[] {
  return history.flatMap((item) => {
    const role = roleOf(item)
    const content = contentText(item)
    return role === undefined || content === '' || (role === 'system' && !includeSystem)
      ? []
      : { role, content }
  })
}

/**
 * One prompt and one completion, as the reference exports them: everything up to the last user turn, labelled, and
 * the last assistant turn.
 *
 * @returns null where no assistant turn follows the last user turn, or one of the two is empty
 */
export function historyToPromptCompletion(
  history: readonly JsonValue[],
  options: ReferenceOptions = {},
): ReferencePromptCompletion | null {
  const lastUser = history.findLastIndex((item) => roleOf(item) === 'user')
  const lastAssistant = history.findLastIndex((item) => roleOf(item) === 'assistant')
  if (lastUser === -1 || lastAssistant < lastUser) return null
  const prompt = historyToTextOnly(history.slice(0, lastUser + 1), options)
    .map(({ role, content }) => `${LABELS[role]}: ${content}`)
    .join('\n\n')
  const completion = contentText(history[lastAssistant] as JsonValue)
  return prompt === '' || completion === '' ? null : { prompt, completion }
}

function roleOf(item: JsonValue): ReferenceTextMessage['role'] | undefined {
  const role = isJsonObject(item) ? item.role : undefined
  return role === 'system' || role === 'user' || role === 'assistant' ? role : undefined
}
