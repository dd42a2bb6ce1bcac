/**
 * Parses as much of a JSON text as is there: a document that is cut off gives the keys and elements seen so far.
 *
 * @returns the value, and whether the text held all of it; undefined where the text is no JSON from its start.
 */
export function parseJsonPrefix(
  text: string,
): { readonly value: unknown; readonly complete: boolean } | undefined {
  const reader = { text, at: 0, cut: false }
  skipBlanks(reader)
  if (reader.at >= text.length) return undefined
  try {
    const value = readValue(reader, 0)
    return { value, complete: !reader.cut }
  } catch (error) {
    if (error === BAD) return undefined
    throw error
  }
}

interface Reader {
  readonly text: string
  at: number
  /** Set once the text ended inside a value: what is open is closed as it is. */
  cut: boolean
}

const BAD = Symbol('not JSON')
const CUT = Symbol('cut off')
/** Deeper than any trace's keys that detection asks for. */
const MAX_DEPTH = 200

function readValue(reader: Reader, depth: number): unknown {
  if (depth > MAX_DEPTH) {
    // What stands before it tells the format; reading on would cost the stack.
    reader.cut = true
    return CUT
  }
  const first = reader.text[reader.at]
  if (first === '{') return readObject(reader, depth)
  if (first === '[') return readArray(reader, depth)
  if (first === '"') return readString(reader)
  return readLiteral(reader)
}

function readObject(reader: Reader, depth: number): unknown {
  const object: Record<string, unknown> = {}
  reader.at++
  for (;;) {
    skipBlanks(reader)
    if (ended(reader)) return object
    if (reader.text[reader.at] === '}') return advance(reader, object)
    if (reader.text[reader.at] !== '"') throw BAD
    const key = readString(reader)
    if (reader.cut || typeof key !== 'string') return object
    skipBlanks(reader)
    if (ended(reader)) return object
    if (reader.text[reader.at] !== ':') throw BAD
    reader.at++
    skipBlanks(reader)
    if (ended(reader)) return object
    const value = readValue(reader, depth + 1)
    if (value !== CUT) define(object, key, value)
    if (reader.cut) return object
    skipBlanks(reader)
    if (ended(reader)) return object
    if (reader.text[reader.at] === ',') reader.at++
    else if (reader.text[reader.at] !== '}') throw BAD
  }
}

function readArray(reader: Reader, depth: number): unknown {
  const list: unknown[] = []
  reader.at++
  for (;;) {
    skipBlanks(reader)
    if (ended(reader)) return list
    if (reader.text[reader.at] === ']') return advance(reader, list)
    const value = readValue(reader, depth + 1)
    if (value !== CUT) list.push(value)
    if (reader.cut) return list
    skipBlanks(reader)
    if (ended(reader)) return list
    if (reader.text[reader.at] === ',') reader.at++
    else if (reader.text[reader.at] !== ']') throw BAD
  }
}

/** A string that is cut off keeps what was there: its beginning is often what tells a format. */
function readString(reader: Reader): unknown {
  let end = reader.at + 1
  for (;;) {
    end = reader.text.indexOf('"', end)
    if (end === -1) {
      reader.cut = true
      return undoubled(reader.text.slice(reader.at + 1))
    }
    let slashes = 0
    while (reader.text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) break
    end++
  }
  const source = reader.text.slice(reader.at, end + 1)
  reader.at = end + 1
  try {
    return JSON.parse(source) as unknown
  } catch {
    throw BAD
  }
}

function undoubled(source: string): string {
  const whole = source.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '')
  try {
    return JSON.parse(`"${whole}"`) as string
  } catch {
    return whole
  }
}

function readLiteral(reader: Reader): unknown {
  const found = /[-+.\w]+/y
  found.lastIndex = reader.at
  const word = found.exec(reader.text)?.[0]
  if (word === undefined) throw BAD
  reader.at += word.length
  if (reader.at >= reader.text.length && reader.text.length > word.length) {
    reader.cut = true
    return CUT
  }
  if (word === 'NaN' || word === 'Infinity' || word === '-Infinity') return null
  try {
    return JSON.parse(word) as unknown
  } catch {
    throw BAD
  }
}

function skipBlanks(reader: Reader): void {
  while (/[\s\uFEFF]/.test(reader.text[reader.at] ?? '')) reader.at++
}

function ended(reader: Reader): boolean {
  if (reader.at >= reader.text.length) reader.cut = true
  return reader.cut
}

function advance<T>(reader: Reader, value: T): T {
  reader.at++
  return value
}

/** Not by assignment: `__proto__` is a key like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}
