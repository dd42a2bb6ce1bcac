import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { redactSecrets, sftError } from '@sftkit/core'
import { serveFolder } from './folder.ts'

/** What of llama.cpp's source the converter is. */
const CONVERTER = ['convert_hf_to_gguf.py', 'convert_lora_to_gguf.py', 'conversion', 'gguf-py', 'LICENSE']

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

/**
 * Installs llama.cpp's library and its converter for this machine, once: about 90 MB from the npm registry. Needs npm
 * and git.
 *
 * @throws SFT_LIBRARY_MISSING where there is none for this machine, or the installation fails
 */
export async function setUpServe(options: { readonly signal?: AbortSignal } = {}): Promise<SetUpServe> {
  const version = pinnedVersion()
  const folder = serveFolder()
  const stamp = join(folder, 'sftkit.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').includes(`"${version}"`))
    return { folder, version, installed: false }
  const library = LIBRARIES[`${process.platform}-${process.arch}`]
  if (library === undefined)
    throw sftError(
      'SFT_LIBRARY_MISSING',
      `node-llama-cpp has no library for ${process.platform} ${process.arch}.`,
    )
  const embedded = join(folder, 'embedded')
  const source = join(folder, 'llama.cpp')
  for (const old of [stamp, embedded, source, `${source}.new`]) rmSync(old, { recursive: true, force: true })
  mkdirSync(embedded, { recursive: true })
  writeFileSync(join(embedded, 'package.json'), '{ "private": true }\n')
  const names = ['node-llama-cpp', `@node-llama-cpp/${library}`].map((name) => `${name}@${version}`)
  // Its other libraries (CUDA, Vulkan) weigh nine times as much, and its install script would look for a compiler.
  const quiet = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', ...names, ...quiet], embedded, options.signal)
  const bundle = join(embedded, 'node_modules', 'node-llama-cpp', 'llama', 'gitRelease.bundle')
  await run('git', ['clone', '--quiet', '--no-checkout', bundle, `${source}.new`], folder, options.signal)
  await run('git', ['checkout', '--quiet', 'HEAD', '--', ...CONVERTER], `${source}.new`, options.signal)
  rmSync(join(`${source}.new`, '.git'), { recursive: true, force: true })
  renameSync(`${source}.new`, source)
  // Written last: an installation that was cut off is begun again.
  writeFileSync(stamp, `${JSON.stringify({ 'node-llama-cpp': version })}\n`)
  return { folder, version, installed: true }
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
  const reason = redactSecrets(result.stderr || result.shortMessage || '').trim()
  throw sftError(
    'SFT_LIBRARY_MISSING',
    `llama.cpp's library could not be installed: \`${command} ${args[0]}\` says: ${reason.slice(-600)}`,
  )
}
