import { isJsonObject, type JsonValue, type LossRecorder, parseJson } from '@sftkit/core'

export interface CallArguments {
  readonly arguments: JsonValue
  readonly argumentsText?: string
}

/**
 * The arguments of a tool call, from an object or from JSON text. Text that is no JSON object is kept as it is in
 * `argumentsText`, beside empty arguments.
 *
 * @param field the arguments' path in the source
 */
export function readArguments(value: unknown, field: string, losses: LossRecorder): CallArguments {
  if (typeof value === 'string') {
    const parsed = parseObject(value)
    if (parsed !== undefined) {
      losses.loss(field, 'changed', 'JSON text read as an object')
      return { arguments: parsed }
    }
    losses.loss(field, 'changed', 'no JSON object: kept as text')
    return { arguments: {}, argumentsText: value }
  }
  if (isJsonObject(value)) return { arguments: value }
  if (value == null) return { arguments: {} }
  losses.loss(field, 'changed', 'no JSON object: kept as text')
  return { arguments: {}, argumentsText: JSON.stringify(value) }
}

function parseObject(text: string): JsonValue | undefined {
  try {
    const parsed = parseJson(text)
    return isJsonObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
