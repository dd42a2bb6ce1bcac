import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'
import type { TapedChunk } from './tape.ts'

/** Ends without an error where the bytes end in the middle. */
const CUT = { finishFlush: constants.Z_SYNC_FLUSH }

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(CUT),
  'x-gzip': () => createGunzip(CUT),
  deflate: () => createInflate(CUT),
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }),
}

/**
 * Decompresses what went by, piece by piece, so that each piece keeps its time. Undefined where the encoding is none
 * that is known, or the bytes are not of it.
 */
export async function decodeChunks(
  encoding: string,
  chunks: readonly TapedChunk[],
): Promise<readonly TapedChunk[] | undefined> {
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding]?.() : undefined
  if (decoder === undefined) return undefined
  let fresh: Buffer[] = []
  const decoded: TapedChunk[] = []
  const take = (ms: number): void => {
    if (fresh.length > 0) decoded.push({ ms, data: Buffer.concat(fresh) })
    fresh = []
  }
  decoder.on('data', (data: Buffer) => fresh.push(data))
  try {
    const failed = new Promise<never>((_, reject) => decoder.once('error', reject))
    failed.catch(() => {})
    for (const { ms, data } of chunks) {
      await Promise.race([failed, new Promise((resolve) => decoder.write(data, resolve))])
      take(ms)
    }
    await Promise.race([failed, new Promise((resolve) => decoder.once('end', resolve).end())])
    take(chunks.at(-1)?.ms ?? 0)
    return decoded
  } catch {
    return undefined
  } finally {
    decoder.destroy()
  }
}
