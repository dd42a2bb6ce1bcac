import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { requirementsFile } from './files.ts'
import { dataFolder } from './folders.ts'

/** An interpreter to train with, and why it is this one. */
export interface FoundPython {
  readonly path: string
  readonly from: 'SFT_PYTHON' | 'setup'
}

/** The folder of the managed environment: another list of packages is another one. */
export function managedFolder(env: NodeJS.ProcessEnv = process.env): string {
  const key = hash('sha256', readFileSync(requirementsFile(), 'utf8')).slice(0, 8)
  return join(dataFolder(env), `python-${key}`)
}

export function interpreterIn(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python')
}

/** Written last, so that an environment whose installation was cut off does not count. */
export function isComplete(folder: string): boolean {
  return existsSync(join(folder, 'sftkit.json')) && existsSync(interpreterIn(folder))
}

/** SFT_PYTHON, else what `sft setup train` made; nothing is installed here. */
export function findPython(env: NodeJS.ProcessEnv = process.env): FoundPython | undefined {
  if (env.SFT_PYTHON) return { path: env.SFT_PYTHON, from: 'SFT_PYTHON' }
  const folder = managedFolder(env)
  return isComplete(folder) ? { path: interpreterIn(folder), from: 'setup' } : undefined
}
