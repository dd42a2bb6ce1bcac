import { type JsonValue, type LossRecorder, parseArguments } from '@sftkit/core'

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
  const { changed, ...parsed } = parseArguments(value)
  if (changed !== undefined) losses.loss(field, 'changed', changed)
  return parsed
}
