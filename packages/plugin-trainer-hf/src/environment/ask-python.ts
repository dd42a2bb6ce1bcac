import { hash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolders, redactSecrets, sftError } from '@sftkit/core'
import { z } from 'zod'
import { workerFile } from './files.ts'
import type { FoundPython } from './find-python.ts'
import { cacheFolder } from './folders.ts'

const PACKAGES = ['torch', 'trl', 'transformers', 'datasets', 'accelerate', 'peft', 'bitsandbytes'] as const

/** What an interpreter has, without importing any of it. */
export type Versions = Readonly<Record<'python' | (typeof PACKAGES)[number], string | null>>

const fieldsSchema = z.object({
  configs: z.object({
    sft: z.array(z.string()),
    dpo: z.array(z.string()),
    kto: z.array(z.string()),
  }),
  lora: z.array(z.string()).optional(),
})
/** The arguments that the installed TRL and peft take. */
export type InstalledFields = z.infer<typeof fieldsSchema>

const ASK = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
def found(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
print(json.dumps({"python": ".".join(map(str, sys.version_info[:3])), **{name: found(name) for name in ${JSON.stringify(PACKAGES)}}}))
`

const NEEDED = ['torch', 'trl', 'transformers', 'datasets', 'accelerate'] as const
const INSTALL = 'Run `sft setup train`, or set SFT_PYTHON to an interpreter that has torch and trl.'

/** The versions of an interpreter's packages. @throws SFT_TRAIN_ENVIRONMENT where it does not run */
export async function askVersions({ path, from }: FoundPython): Promise<Versions> {
  const { execa } = await import('execa')
  const { stdout, failed, code, stderr, exitCode } = await execa(path, ['-c', ASK], {
    reject: false,
    timeout: 300_000,
  })
  const whose = from === 'SFT_PYTHON' ? `${path} (SFT_PYTHON)` : path
  if (failed && code === 'ENOENT')
    throw sftError('SFT_TRAIN_ENVIRONMENT', `There is no Python at ${whose}.`, { source: path, fix: INSTALL })
  if (failed)
    throw sftError(
      'SFT_TRAIN_ENVIRONMENT',
      `Python at ${whose} does not run (exit ${exitCode ?? code}): ${lastLine(stderr)}`,
      { source: path, fix: INSTALL },
    )
  return JSON.parse(stdout) as Versions
}

/** @throws SFT_TRAIN_ENVIRONMENT where Python is too old or a package is missing */
export function requirePackages({ path }: FoundPython, versions: Versions): void {
  const [major = 0, minor = 0] = (versions.python ?? '').split('.').map(Number)
  if (major < 3 || (major === 3 && minor < 10))
    throw sftError(
      'SFT_TRAIN_ENVIRONMENT',
      `Training needs Python 3.10 or newer, and ${path} is ${versions.python}.`,
      { source: path, fix: 'Install a newer Python, then run `sft setup train`.' },
    )
  const missing = NEEDED.filter((name) => versions[name] === null)
  if (missing.length > 0)
    throw sftError('SFT_TRAIN_ENVIRONMENT', `${path} has no ${missing.join(', ')}.`, {
      source: path,
      fix: INSTALL,
    })
}

/**
 * The arguments that the installed TRL takes: asked once for each set of versions, as importing it takes seconds.
 *
 * @throws SFT_TRAIN_ENVIRONMENT where the packages cannot be imported
 */
export async function askFields({ path }: FoundPython, versions: Versions): Promise<InstalledFields> {
  const kept = keptFields(path, versions)
  if (kept !== undefined) return kept
  const { execa } = await import('execa')
  const { stdout, stderr, failed } = await execa(path, [workerFile(), '--fields'], {
    reject: false,
    timeout: 300_000,
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  })
  const parsed = failed ? undefined : fieldsSchema.safeParse(parsedLine(stdout)).data
  if (parsed === undefined)
    throw sftError('SFT_TRAIN_ENVIRONMENT', `TRL cannot be imported by ${path}: ${lastLine(stderr)}`, {
      source: path,
      fix: 'The environment is broken. Run `sft setup train --fresh` to make it anew, or repair it.',
    })
  keep(fieldsFile(path, versions), JSON.stringify(parsed))
  return parsed
}

/** The same from an earlier answer; undefined where there is none. */
export function keptFields(path: string, versions: Versions): InstalledFields | undefined {
  try {
    return fieldsSchema.safeParse(JSON.parse(readFileSync(fieldsFile(path, versions), 'utf8'))).data
  } catch {
    return undefined
  }
}

function fieldsFile(path: string, versions: Versions): string {
  const worker = readFileSync(workerFile(), 'utf8')
  const key = hash('sha256', JSON.stringify([path, versions, hash('sha256', worker)])).slice(0, 16)
  return join(cacheFolder(), 'trl-arguments', `${key}.json`)
}

/** A cache that cannot be written only means asking again. */
function keep(file: string, text: string): void {
  try {
    makeFolders(dirname(file))
    writeFileSync(`${file}.${process.pid}`, text)
    renameSync(`${file}.${process.pid}`, file)
  } catch {}
}

function parsedLine(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}

/** What a program said last, without secrets. */
function lastLine(stderr: string): string {
  return redactSecrets(stderr.trim().split('\n').at(-1) ?? '').slice(0, 500) || 'it said nothing'
}
