import { isJsonObject, type JsonObject, parseJson } from '@sftkit/core'

/** The JSON objects of a stream of server-sent events; other data (`[DONE]`) and what was cut off are left out. */
export function eventsOf(text: string): JsonObject[] {
  return text
    .split(/\r?\n\r?\n|\r\r/)
    .map((event) =>
      objectOf(
        event
          .split(/\r\n|\n|\r/)
          .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).replace(/^ /, '')] : []))
          .join('\n'),
      ),
    )
    .filter((event) => event !== undefined)
}

/** The JSON objects of a stream with one in each line. */
export function linesOf(text: string): JsonObject[] {
  return text
    .split('\n')
    .map(objectOf)
    .filter((line) => line !== undefined)
}

/** A text's JSON object; undefined where it is none. */
export function objectOf(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const value = parseJson(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
