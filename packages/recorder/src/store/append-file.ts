import { close as closeFile, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from '@sftkit/core'
import { syncFolder } from './sync.ts'

/** A file of lines that only grows. Each line is one write, so a program that is killed loses the one it is in. */
export interface AppendFile {
  /**
   * Writes a line and its line break.
   *
   * @returns where the line begins in the file
   * @throws the system's error; the file then ends where it ended before
   */
  append(line: string): number
  /** The bytes that were written. */
  readonly bytes: number
  /** Resolves once everything written so far is on disk. @throws the system's error */
  flush(): Promise<void>
  /** Flushes and closes. */
  close(): Promise<void>
}

export interface AppendFileOptions {
  /** Flushes what has to be on disk before the lines that name it; called at each flush. */
  readonly before?: () => Promise<void>
}

/** A flush begins so long after the first line that is not on disk, in milliseconds, */
const FLUSH_AFTER = 100
/** or after so many lines. */
const FLUSH_LINES = 1000
/** A program that never waits lets no flush be seen to end: after so many lines it is waited for here. */
const FLUSH_NOW = 20_000

/**
 * Makes a new file, and its folder.
 *
 * A line is with the system when `append` returns: killing the program loses nothing that was appended. Against a
 * power cut lines are flushed to disk in the background, 100 ms or 1000 lines after the last flush.
 *
 * @throws the system's error, EEXIST where the file is there already
 */
export function createAppendFile(file: string, options: AppendFileOptions = {}): AppendFile {
  const fd = openNew(file)
  const scratch = Buffer.allocUnsafe(1 << 16)
  let bytes = 0
  let unflushed = 0
  let broken: Error | undefined
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> | undefined
  let folderIsOnDisk = false

  const write = (line: string): void => {
    const text = `${line}\n`
    const fits = text.length * 3 <= scratch.length
    const whole = fits ? scratch.subarray(0, scratch.write(text, 'utf8')) : Buffer.from(text, 'utf8')
    let done = 0
    try {
      while (done < whole.length) done += writeSync(fd, whole, done, whole.length - done)
    } catch (error) {
      // A full disk took the beginning of the line: the next one must not follow it.
      try {
        ftruncateSync(fd, bytes)
      } catch {
        broken = error as Error
      }
      throw error
    }
    bytes += whole.length
  }

  const toDisk = async (): Promise<void> => {
    unflushed = 0
    await options.before?.()
    await new Promise<void>((resolve, reject) => {
      fdatasync(fd, (error) => (error === null ? resolve() : reject(error)))
    })
    if (!folderIsOnDisk) await syncFolder(dirname(file))
    folderIsOnDisk = true
  }

  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    // What was written since the flush in progress began needs another one.
    const previous = flushing
    const current = (async () => {
      await previous?.catch(() => {})
      await toDisk()
    })()
    flushing = current
    try {
      await current
    } finally {
      if (flushing === current) {
        flushing = undefined
        // What came meanwhile has no timer yet.
        if (unflushed > 0) timer ??= setTimeout(flushBehind, FLUSH_AFTER)
      }
    }
  }

  /** Its failure is said by the next append. */
  const flushBehind = (): void => {
    flush().catch((error: Error) => {
      broken = error
    })
  }

  return {
    get bytes() {
      return bytes
    },
    append(line) {
      if (broken !== undefined) throw broken
      const offset = bytes
      write(line)
      unflushed++
      if (unflushed >= FLUSH_NOW) {
        fdatasyncSync(fd)
        unflushed = 0
      } else if (unflushed >= FLUSH_LINES && flushing === undefined) flushBehind()
      else if (timer === undefined && flushing === undefined) timer = setTimeout(flushBehind, FLUSH_AFTER)
      return offset
    },
    flush,
    async close() {
      try {
        await flush()
      } finally {
        clearTimeout(timer)
        await new Promise<void>((resolve) => closeFile(fd, () => resolve()))
      }
    },
  }
}

function openNew(file: string): number {
  try {
    return openSync(file, 'ax', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    makeFolders(dirname(file))
    return openSync(file, 'ax', 0o600)
  }
}
