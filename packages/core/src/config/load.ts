import { existsSync, readFileSync } from 'node:fs'
import { dirname, parse, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { errorText, sftError } from '../errors/error.ts'
import { answerImports, modulesFrom, type UserModule } from './modules.ts'
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
  readonly modules: readonly UserModule[]
}

/** The nearest config at or above a directory, or undefined where there is none. */
export async function findConfigFile(directory: string): Promise<string | undefined> {
  const { cosmiconfig } = await import('cosmiconfig')
  const explorer = cosmiconfig('sft', {
    searchPlaces: [...configFileNames],
    // Upwards is our own loop: cosmiconfig's ends with the configs of the home folder.
    searchStrategy: 'none',
    // Loading is ours: cosmiconfig's own TypeScript loader writes a file beside the config.
    loaders: Object.fromEntries(['.ts', '.mts', '.js', '.mjs'].map((extension) => [extension, () => ({})])),
  })
  const { root } = parse(resolve(directory))
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const found = await explorer.search(folder)
    if (found !== null) return found.filepath
    if (folder === root) return undefined
  }
}

/**
 * Loads a config file with Node itself (types are stripped, nothing is written beside it).
 *
 * @param installation the running sftkit's own module url: it answers `import … from 'sftkit'` and `'@sftkit/…'`
 *   where nothing nearer does
 * @throws SFT_CONFIG_BROKEN with the user's file and line; SFT_CONFIG_EXPORT
 */
export async function loadConfigFile(file: string, installation: string): Promise<LoadedConfig> {
  answerImports(installation)
  const { href } = pathToFileURL(file)
  try {
    const module = (await import(href)) as { default?: unknown }
    const config = await (typeof module.default === 'function' ? module.default() : module.default)
    if (typeof config !== 'object' || config === null || Array.isArray(config)) {
      throw sftError('SFT_CONFIG_EXPORT', 'The config file has no default export that is a config object.', {
        source: file,
      })
    }
    return { file, config: config as UserConfig, modules: modulesFrom(href) }
  } catch (thrown) {
    throw brokenConfig(thrown, file)
  }
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

/** Node names a module that is not there, but not the line that imports it. */
function placeOfImport(thrown: unknown): { source: string; line: number } | undefined {
  const found = /^Cannot find (?:module|package) '([^']+)' imported from (\/.+)$/m.exec(errorText(thrown))
  const [, missing, source] = found ?? []
  if (missing === undefined || source === undefined || !existsSync(source)) return undefined
  const name = missing.slice(missing.lastIndexOf('/') + 1)
  const lines = readFileSync(source, 'utf8').split('\n')
  const index = lines.findIndex((line) => /\b(import|from|require)\b/.test(line) && line.includes(name))
  return index === -1 ? undefined : { source, line: index + 1 }
}

/** The first place in the stack that is the user's: the config, else a file it imports. */
function placeIn(thrown: unknown, file: string): { source: string; line?: number; column?: number } {
  const stack = thrown instanceof Error ? `${thrown.stack ?? ''}\n${thrown.message}` : ''
  const url = pathToFileURL(file).href
  const imported = placeOfImport(thrown)
  if (imported !== undefined) return imported
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
