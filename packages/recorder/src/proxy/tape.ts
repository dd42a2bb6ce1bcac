/** The most that is kept of one body. What is more passes all the same, and is recorded as left out. */
const MOST_BYTES = 256 * 1024 * 1024

/** What goes by, with its times. */
export interface Tape {
  add(chunk: Buffer, ms: number): void
  readonly bytes: number
  readonly chunks: readonly TapedChunk[]
  /** Everything in one piece; undefined where it was too much. */
  whole(): Buffer | undefined
}

export interface TapedChunk {
  readonly ms: number
  readonly data: Buffer
}

export function createTape(): Tape {
  const chunks: TapedChunk[] = []
  let bytes = 0
  return {
    chunks,
    get bytes() {
      return bytes
    },
    add(data, ms) {
      bytes += data.length
      if (bytes <= MOST_BYTES) chunks.push({ ms, data })
      else chunks.length = 0
    },
    whole: () => (bytes > MOST_BYTES ? undefined : Buffer.concat(chunks.map(({ data }) => data))),
  }
}
