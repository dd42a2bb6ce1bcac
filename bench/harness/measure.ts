import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface Cost {
  /** Seconds from start to end. */
  readonly wall: number
  /** User and system seconds, of the process and of its children. */
  readonly cpu: number
  /** Peak resident bytes of the largest single process. */
  readonly peak: number
}

export interface Command {
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd: string
}

const wrapper = fileURLToPath(new URL('rusage.py', import.meta.url))

/**
 * Runs a command to its end and returns what it cost, as the operating system counts it.
 *
 * @throws Error with the end of what it printed, where it does not end with code 0.
 */
export async function measure(python: string, command: Command): Promise<Cost> {
  const child = spawn(python, [wrapper, ...command.argv], {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const [out, problem, report] = child.stdio.slice(1) as NodeJS.ReadableStream[]
  const [printed, complaint, cost] = await Promise.all([text(out!), text(problem!), text(report!)])
  if (cost === '') throw new Error(`${command.argv.join(' ')} was not measured:\n${complaint.slice(-2000)}`)
  const { code, ...rest } = JSON.parse(cost) as Cost & { code: number }
  if (code !== 0) {
    throw new Error(
      `${command.argv.join(' ')} ended with code ${code}:\n${(printed + complaint).slice(-2000)}`,
    )
  }
  return rest
}
