import { isJsonObject, type JsonObject, parseJson } from './json.ts'

/** The arguments of a tool call as a trace has them. */
export interface CallArguments {
  readonly arguments: JsonObject
  /** The source's text, only where it is no JSON object. */
  readonly argumentsText?: string
  /** What was changed, for the ledger of losses; absent where the arguments are what the source has. */
  readonly changed?: string
}

/**
 * The arguments of a tool call, from an object or from JSON text. What is no JSON object is kept as text in
 * `argumentsText`, beside empty arguments.
 */
export function parseArguments(value: unknown): CallArguments {
  if (isJsonObject(value)) return { arguments: value }
  if (value === undefined || value === null) return { arguments: {} }
  if (typeof value !== 'string') return keptAsText(JSON.stringify(value) ?? String(value))
  const parsed = parseObject(value)
  return parsed === undefined
    ? keptAsText(value)
    : { arguments: parsed, changed: 'JSON text read as an object' }
}

function keptAsText(text: string): CallArguments {
  return { arguments: {}, argumentsText: text, changed: 'no JSON object: kept as text' }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed = parseJson(text)
    return isJsonObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
