import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a fake program does, one after another. */
export type ProgramStep =
  /** Writes text to stdout; a newline is added. */
  | { readonly print: string }
  | { readonly printError: string }
  /** Waits so many milliseconds. */
  | { readonly wait: number }
  /** Reads stdin to its end; what came is in {@link ProgramCall.stdin}. */
  | { readonly readInput: true }
  /** Writes a file, relative to the directory it runs in. */
  | { readonly write: string; readonly content: string }
  /** Stays until a signal ends it. */
  | { readonly hang: true }
  /** Ends by a signal of its own. */
  | { readonly kill: NodeJS.Signals }
  | { readonly exit: number }

export interface FakeProgramOptions {
  /** The command's name, as a plugin calls it. */
  readonly name: string
  /** Default: prints nothing and exits with 0. A function of nothing but arguments is given as {@link when}. */
  readonly steps?: readonly ProgramStep[]
  /** Other steps where the arguments begin so: `{ args: ['--version'], steps: [{ print: '1.0' }] }`. */
  readonly when?: readonly { readonly args: readonly string[]; readonly steps: readonly ProgramStep[] }[]
  /** Signals that it notes and does not obey, as a program that does not stop when asked. */
  readonly ignores?: readonly NodeJS.Signals[]
  /** Environment variables whose values are noted in its calls. */
  readonly notes?: readonly string[]
}

/** One call of a fake program. */
export interface ProgramCall {
  readonly args: readonly string[]
  readonly cwd: string
  readonly pid: number
  readonly env: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Signals that reached it and that it handled. */
  readonly signals: readonly string[]
}

export interface FakeProgram {
  /** The executable. */
  readonly path: string
  /** Its folder alone: put it before `PATH`. */
  readonly folder: string
  /** The calls so far, in the order of their start. */
  calls(): ProgramCall[]
  remove(): void
  [Symbol.dispose](): void
}

/**
 * An executable that follows a script, for plugins that start other programs: what it was called with is noted.
 * Needs a POSIX shell.
 *
 * ```ts
 * using ollama = fakeProgram({ name: 'ollama', steps: [{ print: 'success' }] })
 * ```
 */
export function fakeProgram(options: FakeProgramOptions): FakeProgram {
  const home = mkdtempSync(join(tmpdir(), 'sftkit-program-'))
  const folder = join(home, 'bin')
  const path = join(folder, options.name)
  const notes = join(home, 'calls.jsonl')
  mkdirSync(folder)
  writeFileSync(join(home, 'script.json'), JSON.stringify(options))
  writeFileSync(join(home, 'program.mjs'), PROGRAM)
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${join(home, 'program.mjs')}' "$@"\n`)
  chmodSync(path, 0o755)
  const remove = (): void => rmSync(home, { recursive: true, force: true })
  return { path, folder, calls: () => readCalls(notes), remove, [Symbol.dispose]: remove }
}

type Note = {
  pid: number
  args?: string[]
  cwd?: string
  env?: Record<string, string>
  stdin?: string
  signal?: string
}

function readCalls(notes: string): ProgramCall[] {
  if (!existsSync(notes)) return []
  const all = readFileSync(notes, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Note)
  return all.flatMap(({ pid, args, cwd, env }) => {
    if (args === undefined || cwd === undefined) return []
    const own = all.filter((note) => note.pid === pid)
    const stdin = own.find((note) => note.stdin !== undefined)?.stdin
    const signals = own.flatMap((note) => note.signal ?? [])
    return [{ args, cwd, pid, env: env ?? {}, signals, ...(stdin !== undefined && { stdin }) }]
  })
}

/** Runs beside its script, without anything installed. */
const PROGRAM = `import { appendFileSync, readFileSync, writeFileSync, writeSync } from 'node:fs'

const { steps = [], when = [], ignores = [], notes = [] } = JSON.parse(readFileSync(new URL('script.json', import.meta.url), 'utf8'))
const note = (fields) => appendFileSync(new URL('calls.jsonl', import.meta.url), JSON.stringify({ pid: process.pid, ...fields }) + '\\n')
const args = process.argv.slice(2)
const env = Object.fromEntries(notes.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    note({ signal })
    if (ignores.includes(signal)) return
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
note({ args, cwd: process.cwd(), env })
const chosen = when.find((one) => one.args.every((arg, at) => args[at] === arg))?.steps ?? steps
for (const step of chosen) {
  if ('print' in step) writeSync(1, step.print + '\\n')
  else if ('printError' in step) writeSync(2, step.printError + '\\n')
  else if ('wait' in step) await new Promise((resolve) => setTimeout(resolve, step.wait))
  else if ('readInput' in step) note({ stdin: readFileSync(0, 'utf8') })
  else if ('write' in step) writeFileSync(step.write, step.content)
  else if ('hang' in step) await new Promise(() => setInterval(() => {}, 1 << 30))
  else if ('kill' in step) {
    process.removeAllListeners(step.kill)
    process.kill(process.pid, step.kill)
    await new Promise((resolve) => setTimeout(resolve, 1000))
  } else if ('exit' in step) process.exit(step.exit)
}
process.exit(0)
`
