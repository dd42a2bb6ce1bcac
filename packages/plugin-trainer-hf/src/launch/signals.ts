import { errorText } from '@sftkit/core'

/** To every process of a group; one that is gone needs none. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  return sendSignal(-group, signal)
}

/** @returns whether there was such a process, and it is one of ours */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw new Error(errorText(error), { cause: error })
  }
}
