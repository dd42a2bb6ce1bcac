import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { redactSecrets } from '@sftkit/core'
import { findPython } from './find.ts'

const WORKER = fileURLToPath(new URL('../../python/worker.py', import.meta.url))

/** A Python process that has torch and transformers loaded, or is loading them. */
export interface PythonProcess extends AsyncDisposable {
  /**
   * Runs a script to its end, offline. Its failure is returned, not thrown.
   *
   * @throws the signal's reason where it was aborted
   */
  run(script: string, args: readonly string[]): Promise<PythonResult>
}

export type PythonResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly exitCode: number; readonly reason: string; readonly stderr: string }

/** Begins the line that says with which code a script ended. */
const END = '\x1e'
const KEPT = 1 << 20

/**
 * Starts a Python for scripts that are run one after another: importing what they need takes longer than most of them.
 *
 * @throws SFT_CONVERT_PYTHON where there is none that has it
 */
export async function startPython(signal?: AbortSignal): Promise<PythonProcess> {
  const python = await findPython()
  signal?.throwIfAborted()
  const child = spawn(python, [WORKER], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8' },
  })
  const ended = endOf(child)
  let stderr = ''
  let answer: ((result: PythonResult) => void) | undefined
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT)
    const [, said = '', code] = new RegExp(`^([^]*)${END}\\{"code": (-?\\d+)\\}\\n`).exec(stderr) ?? []
    if (code !== undefined) answer?.(resultOf(Number(code), said))
  })
  // A process that is gone is told by its end.
  child.stdin.on('error', () => undefined)
  const stop = (): void => {
    child.kill('SIGKILL')
  }
  signal?.addEventListener('abort', stop, { once: true })
  return {
    run: async (script, args) => {
      signal?.throwIfAborted()
      stderr = ''
      const answered = new Promise<PythonResult>((resolve) => {
        answer = resolve
      })
      child.stdin.write(`${JSON.stringify({ script, args })}\n`)
      const result = await Promise.race([answered, ended.then((how) => crashed(how, stderr))])
      signal?.throwIfAborted()
      return result
    },
    [Symbol.asyncDispose]: async () => {
      signal?.removeEventListener('abort', stop)
      stop()
      await ended
    },
  }
}

interface End {
  readonly code: number | null
  readonly by?: NodeJS.Signals | null
  readonly error?: Error
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, error }))
    child.once('close', (code, by) => resolve({ code, by }))
  })
}

function resultOf(exitCode: number, said: string): PythonResult {
  if (exitCode === 0) return { ok: true }
  const stderr = redactSecrets(said)
  return { ok: false, exitCode, reason: lastLine(stderr) || 'it failed', stderr }
}

function crashed({ code, by, error }: End, said: string): PythonResult {
  const stderr = redactSecrets(said)
  const why = by
    ? `it was ended by ${by}${by === 'SIGKILL' ? ', probably for want of memory' : ''}`
    : undefined
  const reason = why ?? error?.message ?? (lastLine(stderr) || `it ended with ${code}`)
  return { ok: false, exitCode: code ?? 1, reason, stderr }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
