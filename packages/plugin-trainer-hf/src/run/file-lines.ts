import { createReadStream } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/**
 * The lines of a text file. They end with a newline and nothing else: Node's own reader also ends them at U+2028, which
 * texts have.
 *
 * @param onBytes gets the file's bytes as they are read
 */
export async function* fileLines(path: string, onBytes?: (bytes: Buffer) => void): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let begun = ''
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer
    onBytes?.(bytes)
    const parts = (begun + decoder.write(bytes)).split('\n')
    begun = parts.pop() ?? ''
    yield* parts
  }
  begun += decoder.end()
  if (begun !== '') yield begun
}
