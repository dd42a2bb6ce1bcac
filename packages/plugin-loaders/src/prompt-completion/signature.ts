import type { JsonObject } from '@sftkit/core'
import { isSide } from '../detect/first-message.ts'
import type { Signature } from '../detect/signature.ts'

/** Names of the two columns, the first that are there. */
const COLUMNS = [
  ['prompt', 'completion'],
  ['prompt', 'response'],
  ['question', 'answer'],
  ['query', 'response'],
] as const

/** The columns of a prompt and its answer: texts, or lists of messages. */
export function columnsOf(row: JsonObject): (typeof COLUMNS)[number] | undefined {
  return COLUMNS.find(([prompt, answer]) => isSide(row[prompt]) && isSide(row[answer]))
}

export const signature: Signature = {
  format: 'prompt-completion',
  record: (r) => {
    const columns = columnsOf(r)
    return columns && `${columns[0]} and ${columns[1]}, each a text or messages`
  },
}
