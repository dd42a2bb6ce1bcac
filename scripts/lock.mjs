// One process at a time makes a folder below `.tools`; the others wait for it.
// Plain JavaScript for any Node 18 or newer: it runs before anything is built.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Does the work while this process alone holds `<folder>.lock`. A lock whose owner is gone is taken over.
 *
 * @throws after so many minutes of waiting, and whatever the work throws; the lock is given back either way
 */
export function withLock(folder, minutes, work) {
  const lock = `${folder}.lock`
  mkdirSync(dirname(folder), { recursive: true })
  takeLock(lock, minutes)
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function takeLock(lock, minutes) {
  const deadline = Date.now() + minutes * 60_000
  for (;;) {
    try {
      mkdirSync(lock)
      writeFileSync(join(lock, 'pid'), String(process.pid))
      return
    } catch {
      if (ownerIsGone(lock)) rmSync(lock, { recursive: true, force: true })
      else if (Date.now() > deadline)
        throw new Error(`another process has held ${lock} for ${minutes} minutes; remove it`)
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    }
  }
}

function ownerIsGone(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
