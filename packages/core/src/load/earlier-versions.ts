import { basename, dirname, join } from 'node:path'
import { fileHash } from './file-hash.ts'
import type { InputFile } from './inputs.ts'

/** A file that holds an earlier state of another one of the input. */
export interface EarlierVersion {
  readonly uri: string
  /** sha256 of its bytes. */
  readonly hash: string
  /** The file that took its place. */
  readonly newer: string
}

/** `session.before-1a2b3c4d.jsonl`: the mark is how its sha256 begins. */
const NAME = /^(.+)\.before-([0-9a-f]{8})((?:\.[^./]+)?)$/

/**
 * Leaves out the earlier states that an archive of sessions (`sft collect`) keeps beside a session that was rewritten.
 * The name alone says nothing: the newer file has to be there, and the mark in the name to be that of the bytes.
 */
export function leaveOutEarlierVersions(files: readonly InputFile[]): {
  readonly kept: readonly InputFile[]
  readonly earlier: readonly EarlierVersion[]
} {
  const there = new Map(files.map((file) => [file.path, file]))
  const earlier: EarlierVersion[] = []
  const kept = files.filter(({ path, uri }) => {
    const [, name, mark, extension] = NAME.exec(basename(path)) ?? []
    const newer = name === undefined ? undefined : there.get(join(dirname(path), `${name}${extension}`))
    if (newer === undefined || mark === undefined) return true
    const hash = hashOf(path)
    if (hash?.startsWith(mark) !== true) return true
    earlier.push({ uri, hash, newer: newer.uri })
    return false
  })
  return { kept, earlier }
}

function hashOf(path: string): string | undefined {
  try {
    return fileHash(path)
  } catch {
    // It will be reported where the file is read.
    return undefined
  }
}
