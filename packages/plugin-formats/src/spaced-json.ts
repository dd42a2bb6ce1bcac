import { isJsonObject, type JsonValue } from '@sftkit/core'

/** JSON with a space after `:` and `,`, non-ASCII unescaped: what chat templates' `tojson` writes. */
export function spacedJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item) => spacedJson(item)).join(', ')}]`
  if (!isJsonObject(value)) return JSON.stringify(value ?? null)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`).join(', ')}}`
}
