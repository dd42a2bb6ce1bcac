import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolders, sftError } from '@sftkit/core'
import { z } from 'zod'
import { signalGroup } from '../launch/signals.ts'
import { isAlive, processStart } from './process-start.ts'

const ownerSchema = z.object({
  pid: z.number(),
  start: z.string().optional(),
  since: z.string(),
  /** The process group of the worker. */
  worker: z.object({ pid: z.number(), start: z.string().optional() }).optional(),
})
type Owner = z.infer<typeof ownerSchema>

/** A folder that this process trains into. */
export interface FolderLock {
  /** Notes the worker's process group. */
  started(group: number): void
  release(): void
}

/**
 * Takes a model's folder for this process. A lock whose process was killed is taken over, and what is left of its
 * worker is ended first: two of them would write to one file.
 *
 * @param node of several machines that train into one folder: each has a lock of its own
 * @throws SFT_TRAIN_BUSY with the process that has it
 */
export async function lockFolder(folder: string, node = 0): Promise<FolderLock> {
  makeFolders(folder)
  const file = join(folder, node === 0 ? '.lock' : `.lock-${node}`)
  const own = ownedBy(process.pid)
  if (!create(file, own)) {
    const owner = readOwner(file)
    if (owner !== undefined && isAlive(owner.pid, owner.start))
      throw sftError(
        'SFT_TRAIN_BUSY',
        `Process ${owner.pid} has been training into ${folder} since ${owner.since}.`,
        { source: folder },
      )
    await endWorker(owner?.worker)
    writeFileSync(file, JSON.stringify(own))
  }
  return {
    started: (group) => writeFileSync(file, JSON.stringify({ ...own, worker: withStart(group) })),
    release: () => rmSync(file, { force: true }),
  }
}

function ownedBy(pid: number): Owner {
  return { ...withStart(pid), since: new Date().toISOString() }
}

function withStart(pid: number): { pid: number; start?: string } {
  const start = processStart(pid)
  return { pid, ...(start !== undefined && { start }) }
}

function create(file: string, owner: Owner): boolean {
  try {
    writeFileSync(file, JSON.stringify(owner), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw sftError('SFT_OUT_UNWRITABLE', `${file} cannot be written.`, { source: file, cause: error })
  }
}

/** Undefined for half a lock. */
function readOwner(file: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** A worker ends by itself within a second of its parent's end; what does not is killed. */
async function endWorker(worker: Owner['worker']): Promise<void> {
  if (worker === undefined || !isAlive(worker.pid, worker.start)) return
  signalGroup(worker.pid, 'SIGKILL')
  for (let waited = 0; waited < 5000 && isAlive(worker.pid, worker.start); waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50))
}
