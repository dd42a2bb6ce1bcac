import type { JsonObject } from '@sftkit/core'
import type { Signature } from '../detect/signature.ts'

/** Names of the answer's column. */
const ANSWERS = ['output', 'response'] as const

/** The column that holds the answer. */
export function answerOf(row: JsonObject): (typeof ANSWERS)[number] | undefined {
  return ANSWERS.find((key) => typeof row[key] === 'string')
}

export const signature: Signature = {
  format: 'alpaca',
  record: (r) => {
    const answer = answerOf(r)
    const isRow = typeof r.instruction === 'string' && answer !== undefined
    return isRow ? `instruction and ${answer}` : undefined
  },
}
