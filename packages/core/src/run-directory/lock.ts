import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { sftError } from '../errors/error.ts'
import { makeFolders } from './make-folders.ts'
import { attempt } from './write.ts'

/** By this process: its own lock file would not stop it. */
const held = new Set<string>()

/**
 * Takes the run directory for this process. A lock whose process is gone (killed) is taken over.
 *
 * @returns the release
 * @throws SFT_OUT_BUSY, SFT_OUT_UNWRITABLE
 */
export function lockRunDirectory(out: string): () => void {
  const file = `${out}/.sft/lock`
  if (held.has(out))
    throw sftError('SFT_OUT_BUSY', `${out} is being written by another run of this process.`, { source: out })
  attempt(out, () => {
    makeFolders(`${out}/.sft`)
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const owner = Number(readFileSync(file, 'utf8'))
      if (owner !== process.pid && isAlive(owner)) {
        throw sftError('SFT_OUT_BUSY', `${out} is being written by process ${owner}.`, { source: out })
      }
      writeFileSync(file, String(process.pid))
    }
  })
  held.add(out)
  return () => {
    held.delete(out)
    rmSync(file, { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
