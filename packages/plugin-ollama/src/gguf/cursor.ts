import { readSync } from 'node:fs'

const WINDOW = 1 << 22

/** Reads a file's values one after another, through a window of some megabytes. */
export interface ByteCursor {
  text(bytes: number): string
  uint32(): number
  /** A count of 64 bits that fits into a number. */
  size(): number
  /** A text of 64 bits length and UTF-8. */
  string(): string
  number(bytes: number, read: (view: DataView) => number): number
  wide(read: (view: DataView) => bigint): number | bigint
}

export function byteCursor(file: number, length: number): ByteCursor {
  let window = Buffer.alloc(0)
  let start = 0
  let at = 0

  const take = (bytes: number): Buffer => {
    if (at + bytes > length) throw new Error(`it ends after ${length} bytes, in the middle of a value`)
    if (at + bytes > start + window.length) {
      window = Buffer.alloc(Math.min(Math.max(WINDOW, bytes), length - at))
      let filled = 0
      while (filled < window.length) {
        const read = readSync(file, window, filled, window.length - filled, at + filled)
        if (read === 0) throw new Error('it became shorter while it was read')
        filled += read
      }
      start = at
    }
    const from = at - start
    at += bytes
    return window.subarray(from, from + bytes)
  }
  const view = (bytes: number): DataView => {
    const { buffer, byteOffset } = take(bytes)
    return new DataView(buffer, byteOffset, bytes)
  }
  const size = (): number => {
    const value = view(8).getBigUint64(0, true)
    if (value > BigInt(length)) throw new Error(`a count of ${value} is more than the file can hold`)
    return Number(value)
  }
  return {
    text: (bytes) => take(bytes).toString('latin1'),
    uint32: () => view(4).getUint32(0, true),
    size,
    string: () => take(size()).toString('utf8'),
    number: (bytes, read) => read(view(bytes)),
    wide: (read) => {
      const value = read(view(8))
      return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : value
    },
  }
}
