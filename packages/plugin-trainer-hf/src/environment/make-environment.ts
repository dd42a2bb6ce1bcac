import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorText, makeFolders, redactSecrets, type SftError, sftError } from '@sftkit/core'
import { isAlive } from '../run/process-start.ts'
import { askFields, askVersions, requirePackages, type Versions } from './ask-python.ts'
import { cudaRequirementsFile, requirements, requirementsFile } from './files.ts'
import { interpreterIn, isComplete, managedFolder } from './find-python.ts'

/** What `sft setup train` is about to do. */
export interface EnvironmentPlan {
  /** Where the environment is, or will be. */
  readonly folder: string
  /** Nothing is left to do. */
  readonly complete: boolean
  readonly installer: 'uv' | 'pip'
  /** The Python that it is made from; uv finds its own. */
  readonly python: string
  readonly accelerator: 'cuda' | 'cpu'
  readonly packages: readonly { readonly name: string; readonly version: string }[]
  /** About how much is fetched and how much it takes on disk, in words. */
  readonly size: string
}

/** Newest first among those that torch has wheels for; the system's own before all. */
const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']

/**
 * Looks at the machine and says what would be installed.
 *
 * @throws SFT_TRAIN_ENVIRONMENT where no Python from 3.10 on is found, and no uv that could bring one
 */
export async function planEnvironment(): Promise<EnvironmentPlan> {
  const folder = managedFolder()
  const installer = (await works('uv', ['--version'])) ? 'uv' : 'pip'
  const accelerator = (await works('nvidia-smi', ['-L'])) ? 'cuda' : 'cpu'
  const python = await basePython()
  if (python === undefined && installer === 'pip')
    throw sftError('SFT_TRAIN_ENVIRONMENT', 'There is no Python 3.10 or newer on this machine.', {
      fix: 'Install Python 3.10 or newer (on Debian and Ubuntu also python3-venv), or uv.',
    })
  return {
    folder,
    complete: isComplete(folder),
    installer,
    python: python ?? 'python3',
    accelerator,
    packages: requirements(),
    size: sizeOf(accelerator, installer),
  }
}

/** On Linux the usual wheel of torch brings CUDA, also where there is no GPU; uv knows where the others are. */
function sizeOf(accelerator: 'cuda' | 'cpu', installer: 'uv' | 'pip'): string {
  const small = process.platform === 'darwin' || (accelerator === 'cpu' && installer === 'uv')
  return small ? 'about 0.4 GB to fetch, 1.5 GB on disk' : 'about 3 GB to fetch, 6 GB on disk'
}

/**
 * Makes the environment, checks that TRL can be imported, and only then marks it as complete.
 *
 * @param say gets the installer's lines
 * @throws SFT_SETUP_FAILED
 */
export async function makeEnvironment(
  plan: EnvironmentPlan,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<{ readonly python: string; readonly versions: Versions }> {
  const { folder, installer, accelerator } = plan
  const python = interpreterIn(folder)
  const release = lock(`${folder}.lock`)
  const run = (file: string, args: readonly string[]): Promise<SftError | undefined> =>
    installed(file, args, say, signal)
  try {
    rmSync(folder, { recursive: true, force: true })
    const made =
      installer === 'uv'
        ? await run('uv', ['venv', '--python', '>=3.10', folder])
        : await run(plan.python, ['-m', 'venv', folder])
    if (made !== undefined) throw made
    const lists = [requirementsFile(), ...(accelerator === 'cuda' ? [cudaRequirementsFile()] : [])]
    const wanted = lists.flatMap((file) => ['-r', file])
    if (installer === 'uv') {
      const backend = `--torch-backend=${accelerator === 'cuda' ? 'auto' : 'cpu'}`
      const pip = ['pip', 'install', '--python', python, ...wanted]
      // Behind a mirror the smaller wheels may not be reachable: the usual ones serve as well.
      const small = await run('uv', [...pip, backend])
      const usual = small === undefined ? undefined : await run('uv', pip)
      if (usual !== undefined) throw usual
    } else {
      const failed = await run(python, ['-m', 'pip', 'install', '--disable-pip-version-check', ...wanted])
      if (failed !== undefined) throw failed
    }
    const found = { path: python, from: 'setup' as const }
    const versions = await askVersions(found)
    requirePackages(found, versions)
    await askFields(found, versions)
    writeFileSync(join(folder, 'sftkit.json'), `${JSON.stringify({ versions, accelerator }, undefined, 2)}\n`)
    return { python, versions }
  } finally {
    release()
  }
}

async function installed(
  file: string,
  args: readonly string[],
  say: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<SftError | undefined> {
  const { execa } = await import('execa')
  const last: string[] = []
  try {
    const running = execa(file, args, { all: true, ...(signal !== undefined && { cancelSignal: signal }) })
    for await (const line of running.iterable({ from: 'all' })) {
      const clean = redactSecrets(String(line))
      last.push(clean)
      if (last.length > 8) last.shift()
      say(clean)
    }
    await running
    return undefined
  } catch (error) {
    signal?.throwIfAborted()
    const said = last.length > 0 ? last.join('\n') : redactSecrets(errorText(error))
    return sftError('SFT_SETUP_FAILED', `\`${file} ${args.slice(0, 3).join(' ')} …\` failed:\n${said}`)
  }
}

async function basePython(): Promise<string | undefined> {
  for (const name of PYTHONS) {
    if (await works(name, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))'])) return name
  }
  return undefined
}

async function works(file: string, args: readonly string[]): Promise<boolean> {
  const { execa } = await import('execa')
  const { failed } = await execa(file, args, { reject: false, timeout: 120_000, stdio: 'ignore' })
  return !failed
}

/** One installation at a time; a lock whose process is gone is taken over. */
function lock(file: string): () => void {
  makeFolders(dirname(file))
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
  if (owner !== undefined && owner !== process.pid && isAlive(owner, undefined))
    throw sftError('SFT_SETUP_FAILED', `Process ${owner} is installing the environment already.`, {
      source: file,
    })
  writeFileSync(file, String(process.pid))
  return () => rmSync(file, { force: true })
}
