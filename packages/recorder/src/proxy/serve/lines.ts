import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

/**
 * The lines of a file, also of one that is compressed. A line ends at a line feed and nowhere else: other line
 * separators stand in JSON texts as they are.
 *
 * @throws the system's error
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let rest: Buffer[] = []
  for await (const chunk of open(file) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString()
      rest = []
      start = end + 1
    }
    rest.push(chunk.subarray(start))
  }
  yield Buffer.concat(rest).toString()
}

const LINE_FEED = 0x0a

function open(file: string): Readable {
  const bytes = createReadStream(file)
  const decoder = file.endsWith('.zst')
    ? createZstdDecompress()
    : file.endsWith('.gz')
      ? createGunzip()
      : undefined
  if (decoder === undefined) return bytes
  bytes.on('error', (error) => decoder.destroy(error))
  return bytes.pipe(decoder)
}
