import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative, resolve } from 'node:path'
import { steadyOutput } from './steady-output.ts'
import type { Task } from './task.ts'

export interface Finished {
  readonly output: string
  readonly ok: boolean
}

/** A copy of a project in a temporary folder, where the agent's tools really run. */
export interface Workspace {
  run(command: string): Promise<Finished>
  read(path: string): Finished
  write(path: string, content: string): Finished
  remove(): void
}

export function openWorkspace(task: Task): Workspace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quickstart-')))
  cpSync(new URL(`projects/${task.name}/repo`, import.meta.url), folder, { recursive: true })
  const place = (path: string) => {
    const full = resolve(folder, path)
    if (relative(folder, full).startsWith('..')) throw new Error(`${path} is outside the workspace`)
    return full
  }
  return {
    run: (command) => runCommand(command, folder),
    read: (path) => attempt(() => readFileSync(place(path), 'utf8'), folder),
    write: (path, content) =>
      attempt(() => {
        writeFileSync(place(path), content)
        return `Wrote ${content.split('\n').length - 1} lines to ${path}`
      }, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function attempt(work: () => string, folder: string): Finished {
  try {
    return { output: work(), ok: true }
  } catch (error) {
    return { output: steadyOutput(String(error), folder), ok: false }
  }
}

/** Nothing of the machine's own environment gets in but where its programs are. */
function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
  }
}

function runCommand(command: string, folder: string): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = spawn('bash', ['-c', `exec 2>&1\n${command}`], { cwd: folder, env: environment(folder) })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', fail)
    child.on('close', (code) => {
      done({ output: steadyOutput(Buffer.concat(chunks).toString('utf8'), folder), ok: code === 0 })
    })
  })
}
