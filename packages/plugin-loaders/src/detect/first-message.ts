import { isJsonObject, type JsonValue } from '@sftkit/core'

const FIRST_ROLE_IN_TEXT = /^\s*\[\s*\{[^[\]]{0,400}?"(?:role|content)"\s*:/

/** The first element of a list, where it is an object. */
export function firstObject(value: JsonValue | undefined): Readonly<Record<string, unknown>> | undefined {
  const first = Array.isArray(value) ? (value[0] as JsonValue | undefined) : undefined
  return isJsonObject(first) ? first : undefined
}

/** Whether a value is a list of messages with roles, or the JSON text of one (it may be cut off). */
export function isMessageList(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return FIRST_ROLE_IN_TEXT.test(value.slice(0, 500))
  return typeof firstObject(value)?.role === 'string'
}

/** Whether a value is a prompt or an answer: a text, messages with roles or ShareGPT turns, or one of them. */
export function isSide(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return true
  const first = isJsonObject(value) ? value : firstObject(value)
  return typeof first?.role === 'string' || typeof first?.from === 'string'
}
