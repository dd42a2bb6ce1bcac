import type { ContentPart, LossRecorder } from '@sftkit/core'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'

/** An assistant's turn, gathered from the items of one response. */
export interface Turn {
  /** @param isMessage whether the item is a message, which counts even when it is empty */
  add(part: DraftMessage, isMessage?: boolean): void
  /** Undefined where the items said nothing and none of them was a message. */
  message(): DraftMessage | undefined
}

export function createTurn(losses: LossRecorder): Turn {
  const contents: (string | readonly ContentPart[])[] = []
  const reasoning: string[] = []
  const toolCalls: DraftCall[] = []
  let items = 0
  let spoken = false
  let last: DraftMessage | undefined
  return {
    add: (part, isMessage = false) => {
      spoken ||= isMessage
      items++
      if (part.content !== '') contents.push(part.content)
      if (part.reasoning !== undefined) reasoning.push(part.reasoning)
      if (part.toolCalls !== undefined) toolCalls.push(...part.toolCalls)
      last = part
    },
    message: () => {
      if (contents.length + reasoning.length + toolCalls.length === 0 && !spoken) return undefined
      if (items > 1) losses.loss('history[]', 'changed', 'items merged into one message', items - 1)
      return draftMessage('assistant', joinContents(contents), {
        reasoning: reasoning.length === 0 ? undefined : reasoning.join('\n\n'),
        toolCalls: toolCalls.length === 0 ? undefined : toolCalls,
        name: last?.name,
        timestamp: last?.timestamp,
        train: last?.train,
      })
    },
  }
}

function joinContents(
  contents: readonly (string | readonly ContentPart[])[],
): string | readonly ContentPart[] {
  const [only = ''] = contents
  if (contents.length <= 1) return only
  return contents.flatMap((content) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content,
  )
}
