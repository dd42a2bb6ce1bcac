import type { Message } from '@sftkit/core'
import type { LossTally } from './losses.ts'
import { writableText } from './writable.ts'

/** A message's text. Text parts are joined by newlines; images and files are left out and recorded. */
export function textContent(message: Message, losses: LossTally): string {
  const { content } = message
  if (typeof content === 'string') return writableText(content, 'messages[].content', losses)
  let text: string | undefined
  for (const part of content) {
    if (part.type === 'text') text = text === undefined ? part.text : `${text}\n${part.text}`
    else losses.add(`messages[].content[type=${part.type}]`, 'dropped', 'the format carries text only')
  }
  return writableText(text ?? '', 'messages[].content', losses)
}
