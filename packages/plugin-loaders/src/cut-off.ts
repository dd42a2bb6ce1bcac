import { isJsonObject } from '@sftkit/core'
import type { DraftMessage } from './drafts.ts'

/** Words for the end of an answer that did not come to its own end: it was stopped, ran into a limit or failed. */
const CUT: ReadonlySet<string> = new Set([
  'abort',
  'aborted',
  'cancelled',
  'canceled',
  'interrupted',
  'error',
  'failed',
  'incomplete',
  'length',
  'max_tokens',
  'max_output_tokens',
  'max_completion_tokens',
  'model_length',
  'model_context_window_exceeded',
  'content_filter',
  'content-filter',
  'safety',
  'recitation',
])

/** Whether a provider's or a program's word for why an answer ended says that it was broken off. */
export function isCutOff(reason: unknown): boolean {
  return typeof reason === 'string' && CUT.has(reason.toLowerCase())
}

const REASONS = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'] as const

/** Whether an object gives such a reason. */
export function saysCutOff(value: unknown): boolean {
  return isJsonObject(value) && REASONS.some((key) => isCutOff(value[key]))
}

/** Keeps the last answer from being learned: a model would learn to stop where this one was stopped. */
export function breakOffLast(drafts: readonly DraftMessage[]): void {
  const last = drafts.findLast(({ role }) => role === 'assistant')
  if (last !== undefined) last.train = false
}
