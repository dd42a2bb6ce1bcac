type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json }

/** JSON as Python's `json.dumps` writes it: a space after `:` and `,`, everything outside ASCII escaped. */
export function pythonJson(value: Json): string {
  if (typeof value === 'string') return pythonString(value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    return `{${entries.map(([key, one]) => `${pythonString(key)}: ${pythonJson(one)}`).join(', ')}}`
  }
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-4) return pythonSmall(value)
  return JSON.stringify(value ?? null)
}

/** Python goes over to an exponent below 0.0001, with two digits at least: `2e-06`. */
function pythonSmall(value: number): string {
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range ends where ASCII does
const outsideAscii = /[^\u0000-\u007e]/
const eachOutside = /[\u007f-\uffff]/g

function pythonString(text: string): string {
  const quoted = JSON.stringify(text)
  if (!outsideAscii.test(quoted)) return quoted
  return quoted.replace(eachOutside, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
