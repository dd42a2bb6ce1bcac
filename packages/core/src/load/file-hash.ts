import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

/** sha256 of a file's bytes, as hex; reads it piece by piece. @throws the system's error */
export function fileHash(path: string): string {
  const digest = createHash('sha256')
  const chunk = Buffer.allocUnsafe(1 << 20)
  const descriptor = openSync(path, 'r')
  try {
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      digest.update(chunk.subarray(0, read))
    }
  } finally {
    closeSync(descriptor)
  }
  return digest.digest('hex')
}
