import { closeSync, openSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolders, sftError } from '@sftkit/core'
import { execa } from 'execa'
import { followEvents } from '../worker/follow-events.ts'
import { sendSignal, signalGroup } from './signals.ts'
import { fileSize, lastLines } from './tail-file.ts'
import type { Launch, WorkerEnd } from './types.ts'

/** How long a worker may take to end its step and write its checkpoint before it is killed. */
const GRACE_MS = 300_000

/**
 * Runs a command that starts the worker, in a process group of its own, so that a Ctrl-C of the terminal reaches the
 * parent alone. Its output goes to files and not through pipes: the worker outlives no write to a parent that is gone.
 *
 * @throws SFT_TRAIN_ENVIRONMENT where the command cannot be started
 */
export async function runProcess(
  [file = '', ...args]: readonly string[],
  launch: Launch,
  env: Readonly<Record<string, string>> = {},
): Promise<WorkerEnd> {
  const logs = join(launch.folder, 'logs')
  makeFolders(logs)
  const errors = join(logs, 'stderr.log')
  const from = fileSize(errors)
  const [out, err] = [openSync(join(logs, 'stdout.log'), 'a'), openSync(errors, 'a')]
  let worker: number | undefined
  const events = followEvents(join(launch.folder, 'events.jsonl'), (event) => {
    // Of several machines another one may have it: the number would be that of some process here.
    if (event.type === 'start' && (event.host ?? hostname()) === hostname()) worker = event.pid
    launch.onEvent(event)
  })
  try {
    const running = execa(file, args, {
      cwd: launch.folder,
      detached: true,
      cleanup: false,
      reject: false,
      stdin: 'ignore',
      // The types know the process's own descriptors alone.
      stdout: out as 1,
      stderr: err as 2,
      env: { PYTHONUNBUFFERED: '1', ...env, ...launch.env, SFT_PARENT_PID: String(process.pid) },
    })
    const { pid } = running
    const release = pid === undefined ? () => {} : stopOnAbort(launch.signal, pid, () => worker)
    if (pid !== undefined) launch.onStart?.(pid)
    const { exitCode, signal, failed, code, originalMessage } = await running
    release()
    // What torchrun leaves running when it is killed.
    if (pid !== undefined) signalGroup(pid, 'SIGKILL')
    await events.end()
    if (failed && exitCode === undefined && signal === undefined)
      throw sftError(
        'SFT_TRAIN_ENVIRONMENT',
        `The worker could not be started with ${file}: ${code ?? originalMessage ?? 'no reason given'}.`,
        { source: file },
      )
    return {
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
      stderr: lastLines(errors, from),
    }
  } finally {
    await events.end()
    closeSync(out)
    closeSync(err)
  }
}

/**
 * Stops the worker when the run is interrupted. Where rank 0 is known it is told alone, as all ranks agree with it
 * before the next step: torchrun would give the others half a minute and no more.
 */
function stopOnAbort(signal: AbortSignal, group: number, worker: () => number | undefined): () => void {
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => {
    const rank0 = worker()
    if (rank0 === undefined || !sendSignal(rank0, 'SIGTERM')) signalGroup(group, 'SIGTERM')
    timer = setTimeout(() => {
      signalGroup(group, 'SIGKILL')
      if (rank0 !== undefined) sendSignal(rank0, 'SIGKILL')
    }, GRACE_MS)
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
