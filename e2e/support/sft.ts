import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export const MAIN = fileURLToPath(new URL('../../packages/sftkit/dist/cli/main.js', import.meta.url))

export interface CommandResult {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** What stands on stdin, which ends after it. Default: a pipe that stays open. */
  readonly input?: string
}

/** A test that fails midway must not leave its process behind. */
const started = new Set<ChildProcess>()
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

/** Starts the `sft` command of this checkout's build. */
export function startSft(args: readonly string[], { cwd, env = {} }: CommandOptions): ChildProcess {
  // Of the npm that runs the tests, not of the command's caller.
  const { INIT_CWD: _callers, npm_lifecycle_event: _script, ...own } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...own, NO_COLOR: '1', ...env } })
  started.add(child)
  child.once('close', () => started.delete(child))
  return child
}

/** What is said of a plugin that takes its time: on a machine that has others to serve, of any plugin at all. */
const WAITING = /^Waiting for .* \(\d+ s\)\.\n/gm

/** Runs the `sft` command to its end. What it says of waiting is left out of `stderr`. */
export async function sft(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const child = startSft(args, options)
  if (options.input !== undefined) child.stdin?.on('error', () => undefined).end(options.input)
  const result = await ended(child)
  return { ...result, stderr: result.stderr.replaceAll(WAITING, '') }
}

/** What a process that was started has written when it ends. */
export function ended(child: ChildProcess): Promise<CommandResult> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
