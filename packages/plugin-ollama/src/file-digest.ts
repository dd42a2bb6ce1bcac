import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** The sha256 of a file, in hexadecimal digits; it is read in pieces. */
export async function fileDigest(file: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(part)
  return digest.digest('hex')
}
