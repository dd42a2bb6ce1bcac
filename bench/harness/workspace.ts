import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Runs work with an empty folder on the disk of the data, and removes it. */
export async function withFolder<T>(data: string, work: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(data, { recursive: true })
  const folder = mkdtempSync(join(data, 'run-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads a file to its end, so that each contender finds it in memory as far as memory goes. */
export async function warm(file: string): Promise<void> {
  for await (const _chunk of createReadStream(file, { highWaterMark: 8 << 20 }));
}

/** Bytes that may still be written beside a path. */
export function freeBytes(path: string): number {
  const place = existsSync(path) ? path : dirname(path)
  const { bavail, bsize } = statfsSync(place)
  return bavail * bsize
}
