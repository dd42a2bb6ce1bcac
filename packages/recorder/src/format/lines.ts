import { closeSync, openSync, readSync } from 'node:fs'
import { isJsonObject, type JsonObject, parseJson } from '@sftkit/core'

/** A line of a recording. */
export interface RecordingLine {
  readonly value: JsonObject
  /** Where it begins in the file. */
  readonly offset: number
  /** Its bytes, with its line break. */
  readonly bytes: number
}

/** Bytes that are no line: of a program that was killed at the end, of a damaged disk elsewhere. */
export interface DamagedPart {
  readonly offset: number
  readonly bytes: number
  /** Whether it is the end of the file: the step that was being written. */
  readonly torn: boolean
}

const CHUNK = 1 << 16
const NEWLINE = 10

/**
 * Reads the lines of a recording, from `from` to `to` (bytes), with constant memory. A last line without a line break
 * was being written when the program ended: it is reported as torn, as other parts that are no JSON object are
 * reported as damaged, and reading goes on. Numbers keep their spelling (core's parseJson).
 *
 * @throws the system's error where the file cannot be read
 */
export function* readLines(
  file: string,
  options: {
    readonly from?: number
    readonly to?: number
    readonly damaged?: (part: DamagedPart) => void
  } = {},
): Generator<RecordingLine, undefined> {
  const fd = openSync(file, 'r')
  try {
    const end = options.to ?? Number.POSITIVE_INFINITY
    let offset = options.from ?? 0
    let position = offset
    /** The beginning of a line that goes on in the next chunk. */
    let rest: Buffer[] = []
    const chunk = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const wanted = Math.min(CHUNK, end - position)
      const count = wanted <= 0 ? 0 : readSync(fd, chunk, 0, wanted, position)
      if (count === 0) break
      position += count
      let start = 0
      const found = chunk.subarray(0, count)
      for (let at = found.indexOf(NEWLINE); at !== -1; at = found.indexOf(NEWLINE, start)) {
        const piece = found.subarray(start, at)
        const line = rest.length === 0 ? piece : Buffer.concat([...rest, piece])
        rest = []
        start = at + 1
        const bytes = line.length + 1
        const value = parseLine(line)
        if (value !== undefined) yield { value, offset, bytes }
        else if (line.length > 0) options.damaged?.({ offset, bytes, torn: false })
        offset += bytes
      }
      if (start < count) rest.push(Buffer.from(found.subarray(start)))
    }
    if (rest.length > 0 && end === Number.POSITIVE_INFINITY)
      options.damaged?.({ offset, bytes: position - offset, torn: true })
  } finally {
    closeSync(fd)
  }
}

function parseLine(line: Buffer): JsonObject | undefined {
  try {
    const value = parseJson(line.toString('utf8'))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
