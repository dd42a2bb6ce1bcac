import type { JsonObject, LossRecorder } from '@sftkit/core'
import { describeType } from '../values.ts'

/** A column as text, empty where it is null. */
export function columnText(row: JsonObject, key: string, losses: LossRecorder): string {
  const value = row[key]
  if (value == null) return ''
  if (typeof value === 'string') return value
  losses.loss(key, 'changed', `${describeType(value)} written as JSON text`)
  return JSON.stringify(value)
}

/** What the user said: the instruction and, a blank line below it, what it is about. */
export function instructionText(row: JsonObject, losses: LossRecorder): string {
  const parts = ['instruction', 'input', 'context']
    .map((key) => [key, columnText(row, key, losses)] as const)
    .filter(([, text]) => text.trim() !== '')
  for (const [key] of parts.slice(1)) losses.loss(key, 'changed', 'joined to the instruction')
  return parts.map(([, text]) => text).join('\n\n')
}
