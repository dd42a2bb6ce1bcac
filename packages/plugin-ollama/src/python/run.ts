import { redactSecrets } from '@sftkit/core'

export interface PythonRequest {
  readonly python: string
  readonly script: string
  readonly args: readonly string[]
  readonly signal?: AbortSignal | undefined
}

export type PythonResult =
  | { readonly ok: true; readonly stdout: string }
  | { readonly ok: false; readonly exitCode: number; readonly reason: string; readonly stderr: string }

/**
 * Runs a Python script to its end, offline, in a process group of its own. Its failure is returned, not thrown.
 *
 * @throws the signal's reason where it was aborted
 */
export async function runPython(request: PythonRequest): Promise<PythonResult> {
  const { python, script, args, signal } = request
  const { execa } = await import('execa')
  const child = execa(python, [script, ...args], {
    reject: false,
    stdin: 'ignore',
    forceKillAfterDelay: 5000,
    maxBuffer: 1 << 26,
    env: { HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8' },
    ...(signal && { cancelSignal: signal }),
  })
  const result = await child
  signal?.throwIfAborted()
  if (!result.failed) return { ok: true, stdout: result.stdout }
  const stderr = redactSecrets(result.stderr ?? '')
  const reason = result.signal
    ? `it was ended by ${result.signal}${result.signal === 'SIGKILL' ? ', probably for want of memory' : ''}`
    : (stderr.trim().split('\n').at(-1) || result.shortMessage || 'it failed').trim()
  return { ok: false, exitCode: result.exitCode ?? 1, reason, stderr }
}
