import { writeSync } from 'node:fs'

/** One write; on a disk that takes it in parts, several. */
export function writeLine(handle: number, line: string): void {
  const bytes = Buffer.from(line)
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
}
