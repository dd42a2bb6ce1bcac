import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, parse, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { cosmiconfig } from 'cosmiconfig'
import { errorText, sftError } from '../errors/error.ts'
import type { UserConfig } from './types.ts'

export const configFileNames: readonly string[] = [
  'sft.config.ts',
  'sft.config.mts',
  'sft.config.js',
  'sft.config.mjs',
]

/** A config file as it was loaded. */
export interface LoadedConfig {
  readonly file: string
  readonly config: UserConfig
  /** The file and what it imports from files of its own, with their bytes' text: part of the key of finished work. */
  readonly modules: readonly { readonly path: string; readonly text: string }[]
}

/** The nearest config at or above a directory, or undefined where there is none. */
export async function findConfigFile(directory: string): Promise<string | undefined> {
  const explorer = cosmiconfig('sft', {
    searchPlaces: [...configFileNames],
    searchStrategy: 'global',
    stopDir: parse(resolve(directory)).root,
    // Loading is ours: cosmiconfig's own TypeScript loader writes a file beside the config.
    loaders: Object.fromEntries(['.ts', '.mts', '.js', '.mjs'].map((extension) => [extension, () => ({})])),
  })
  return (await explorer.search(resolve(directory)))?.filepath
}

/**
 * Loads a config file with Node itself (types are stripped, nothing is written beside it).
 *
 * @param installation the running sftkit's own module url: it answers `import … from 'sftkit'` and `'@sftkit/…'`
 *   where nothing nearer does
 * @throws SFT_CONFIG_BROKEN with the user's file and line; SFT_CONFIG_EXPORT
 */
export async function loadConfigFile(file: string, installation: string): Promise<LoadedConfig> {
  const modules: { path: string; text: string }[] = []
  const installed = dirname(dirname(dirname(fileURLToPath(installation)))) + sep
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!/^(sftkit$|@sftkit\/)/.test(specifier)) throw error
        return next(specifier, { ...context, parentURL: installation })
      }
    },
    load(url, context, next) {
      if (url.startsWith('file:')) {
        const path = fileURLToPath(url)
        const own = !path.includes(`${sep}node_modules${sep}`) && !isInstallation(path, installed)
        if (own) modules.push({ path, text: readFileSync(path, 'utf8') })
      }
      return next(url, context)
    },
  })
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown }
    const config = await (typeof module.default === 'function' ? module.default() : module.default)
    if (typeof config !== 'object' || config === null || Array.isArray(config)) {
      throw sftError('SFT_CONFIG_EXPORT', 'The config file has no default export that is a config object.', {
        source: file,
      })
    }
    return { file, config: config as UserConfig, modules: modules.sort((a, b) => (a.path < b.path ? -1 : 1)) }
  } catch (thrown) {
    throw brokenConfig(thrown, file)
  } finally {
    hooks.deregister()
  }
}

/** The packages of the running installation are known by name and version, not by their bytes. */
function isInstallation(path: string, installed: string): boolean {
  return path.startsWith(installed) && path.includes(`${sep}dist${sep}`)
}

function brokenConfig(thrown: unknown, file: string): Error {
  if (thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('SFT_')) return thrown
  const place = placeIn(thrown, file)
  const text =
    errorText(thrown)
      .split('\n')
      .find((line) => line.trim() !== '') ?? 'it throws'
  return sftError('SFT_CONFIG_BROKEN', `The config could not be loaded: ${text.trim()}`, {
    ...place,
    cause: thrown,
  })
}

/** The first place in the stack that is the user's: the config, else a file it imports. */
function placeIn(thrown: unknown, file: string): { source: string; line?: number; column?: number } {
  const stack = thrown instanceof Error ? `${thrown.stack ?? ''}\n${thrown.message}` : ''
  const url = pathToFileURL(file).href
  for (const name of [url, file]) {
    const found = new RegExp(`${escapeRegExp(name)}:(\\d+)(?::(\\d+))?`).exec(stack)
    if (found) return { source: file, line: Number(found[1]), ...(found[2] && { column: Number(found[2]) }) }
  }
  const other = /(?:file:\/\/)?(\/[^\s()]+\.[mc]?[jt]s):(\d+)(?::(\d+))?/.exec(
    stack
      .split('\n')
      .filter((line) => !line.includes('node_modules') && !line.includes('node:'))
      .join('\n'),
  )
  if (other?.[1])
    return { source: other[1], line: Number(other[2]), ...(other[3] && { column: Number(other[3]) }) }
  return { source: file }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
