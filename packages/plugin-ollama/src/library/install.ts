import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { isSftError, makeFolders, redactSecrets, sftError } from '@sftkit/core'
import { serveFolder } from './folder.ts'
import { whyNotInstalled } from './why-not-installed.ts'

/** What of llama.cpp's source the converter is. */
const CONVERTER = ['convert_hf_to_gguf.py', 'convert_lora_to_gguf.py', 'conversion', 'gguf-py', 'LICENSE']

/** Its other libraries (CUDA, Vulkan) weigh nine times as much, and its install script would look for a compiler. */
const SLIM = ['--omit=optional', '--ignore-scripts']
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error']
/** npm's own waits for more than two minutes before it says that there is no network. */
const PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=5000']

const LIBRARIES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
}

export interface SetUpServe {
  readonly folder: string
  /** Of node-llama-cpp. */
  readonly version: string
  /** Whether anything was installed; false where all of it was there. */
  readonly installed: boolean
}

export interface SetUpServeOptions {
  readonly signal?: AbortSignal
  /** Told what is done next. */
  onStep?(step: string): void
}

/**
 * Installs llama.cpp's library and its converter for this machine, once: about 90 MB from the npm registry. Needs npm
 * and git.
 *
 * @throws SFT_LIBRARY_MISSING where there is none for this machine, or the installation fails
 */
export async function setUpServe(options: SetUpServeOptions = {}): Promise<SetUpServe> {
  const version = pinnedVersion()
  const folder = serveFolder()
  const stamp = join(folder, 'sftkit.json')
  const library = LIBRARIES[`${process.platform}-${process.arch}`]
  if (library === undefined)
    throw sftError(
      'SFT_LIBRARY_MISSING',
      `node-llama-cpp has no library for ${process.platform} ${process.arch}.`,
    )
  const [embedded, source] = [join(folder, 'embedded'), join(folder, 'llama.cpp')]
  const stamped = existsSync(stamp) && readFileSync(stamp, 'utf8').includes(`"${version}"`)
  // A folder of which something was deleted is made anew.
  const parts = [
    ...['node-llama-cpp', `@node-llama-cpp/${library}`].map((name) => join(embedded, 'node_modules', name)),
    ...CONVERTER.map((name) => join(source, name)),
  ]
  if (stamped && parts.every((part) => existsSync(part))) return { folder, version, installed: false }
  // Beside what is there, which stays usable until the new one is whole.
  const fresh = join(folder, 'new')
  try {
    await installInto(fresh, library, version, options)
    for (const old of [stamp, embedded, source]) rmSync(old, { recursive: true, force: true })
    renameSync(join(fresh, 'embedded'), embedded)
    renameSync(join(fresh, 'llama.cpp'), source)
    // Written last: an installation that was cut off is begun again.
    writeFileSync(stamp, `${JSON.stringify({ 'node-llama-cpp': version })}\n`)
  } catch (error) {
    if (isSftError(error) || options.signal?.aborted) throw error
    const { why, fix } = whyNotInstalled('the system', undefined, (error as Error).message)
    throw sftError('SFT_LIBRARY_MISSING', `llama.cpp's library could not be installed: ${why}`, { fix })
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return { folder, version, installed: true }
}

async function installInto(
  fresh: string,
  library: string,
  version: string,
  { signal, onStep }: SetUpServeOptions,
): Promise<void> {
  const [embedded, source] = [join(fresh, 'embedded'), join(fresh, 'llama.cpp')]
  rmSync(fresh, { recursive: true, force: true })
  makeFolders(embedded)
  writeFileSync(join(embedded, 'package.json'), '{ "private": true }\n')
  const names = ['node-llama-cpp', `@node-llama-cpp/${library}`].map((name) => `${name}@${version}`)
  onStep?.(`npm install ${names.join(' ')}`)
  await run('npm', ['install', ...names, ...SLIM, ...QUIET, ...PATIENCE], embedded, signal)
  const bundle = join(embedded, 'node_modules', 'node-llama-cpp', 'llama', 'gitRelease.bundle')
  onStep?.('git clone of the converter in it')
  await run('git', ['clone', '--quiet', '--no-checkout', bundle, source], fresh, signal)
  await run('git', ['checkout', '--quiet', 'HEAD', '--', ...CONVERTER], source, signal)
  rmSync(join(source, '.git'), { recursive: true, force: true })
}

/** The version that sftkit is tested with. */
function pinnedVersion(): string {
  const { peerDependencies } = createRequire(import.meta.url)('../../package.json') as {
    peerDependencies: Record<string, string>
  }
  return peerDependencies['node-llama-cpp'] as string
}

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  cancelSignal: AbortSignal | undefined,
): Promise<void> {
  const { execa } = await import('execa')
  const result = await execa(command, args, {
    cwd,
    reject: false,
    stdin: 'ignore',
    ...(cancelSignal && { cancelSignal }),
  })
  cancelSignal?.throwIfAborted()
  if (!result.failed) return
  const said = redactSecrets(result.stderr || result.shortMessage || '').trim()
  const { why, fix } = whyNotInstalled(command, result.code, said)
  throw sftError('SFT_LIBRARY_MISSING', `llama.cpp's library could not be installed: ${why}`, { fix })
}
