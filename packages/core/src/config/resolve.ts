import { dirname, resolve } from 'node:path'
import { sftError } from '../errors/error.ts'
import { isAddress } from '../load/inputs.ts'
import type { Plugin, PluginEntry } from '../plugin/types.ts'
import { optionIssues } from './issues.ts'
import { configSchema } from './schema.ts'
import type { ResolvedConfig, UserConfig } from './types.ts'

/** Checks a user's config against the schema. @throws SFT_CONFIG_INVALID with every issue and the valid keys */
export function checkConfig(config: UserConfig, file: string | undefined, text?: string): UserConfig {
  const result = configSchema.safeParse(config)
  if (result.success) return result.data
  const line = lineOfIssue(result.error.issues[0], text)
  throw sftError(
    'SFT_CONFIG_INVALID',
    `The config is not accepted: ${optionIssues(result.error, configSchema)}`,
    {
      ...(file !== undefined && { source: file }),
      ...(line !== undefined && { line }),
    },
  )
}

/** The line on which the wrong key stands, where the config's text shows it plainly. */
function lineOfIssue(
  issue: { path: readonly PropertyKey[]; keys?: readonly string[] } | undefined,
  text: string | undefined,
): number | undefined {
  const key = issue?.keys?.[0] ?? issue?.path.findLast((step) => typeof step === 'string')
  if (text === undefined || typeof key !== 'string') return undefined
  const index = text
    .split('\n')
    .findIndex((line) => new RegExp(`(^|[\\s{,'"])${key}['"]?\\s*[:,(]`).test(line))
  return index === -1 ? undefined : index + 1
}

/** Flattens `plugins`: falsy entries go, nested lists open, promises are awaited. @throws SFT_PLUGIN_INVALID */
export async function flattenPlugins(entries: readonly PluginEntry[], file?: string): Promise<Plugin[]> {
  const plugins: Plugin[] = []
  for (const [index, entry] of entries.entries()) {
    const value = (await (entry as unknown)) as
      | Plugin
      | readonly PluginEntry[]
      | false
      | null
      | undefined
      | ''
    if (value === null || value === undefined || value === false || value === '') continue
    if (Array.isArray(value)) plugins.push(...(await flattenPlugins(value as readonly PluginEntry[], file)))
    else plugins.push(checkPlugin(value as Plugin, index, file))
  }
  return plugins
}

function checkPlugin(value: Plugin, index: number, file: string | undefined): Plugin {
  const source = file === undefined ? {} : { source: file }
  if (typeof value === 'function') {
    const name = (value as { name?: string }).name || 'the factory'
    throw sftError('SFT_PLUGIN_INVALID', `plugins[${index}] is a function; call it: ${name}().`, source)
  }
  const missing = [
    typeof value?.name !== 'string' && 'name (text)',
    typeof value?.version !== 'string' && 'version (text)',
    typeof value?.setup !== 'function' && 'setup (function)',
  ].filter(Boolean)
  if (missing.length === 0) return value
  throw sftError(
    'SFT_PLUGIN_INVALID',
    `plugins[${index}] is not a plugin: it lacks ${missing.join(', ')}.`,
    source,
  )
}

/**
 * The plugins of a run: the user's first, then those of the preset whose names the user has not taken,
 * so that for hooks with one owner the user's plugin comes first.
 */
export function orderPlugins(
  own: readonly Plugin[],
  preset: readonly Plugin[],
  disable: readonly string[],
): Plugin[] {
  const seen = new Set<string>()
  for (const plugin of own) {
    if (seen.has(plugin.name)) {
      throw sftError('SFT_PLUGIN_DUPLICATE', `Two plugins are named ${plugin.name}.`, { plugin: plugin.name })
    }
    seen.add(plugin.name)
  }
  const all = [...own, ...preset.filter((plugin) => !seen.has(plugin.name))]
  const names = all.map((plugin) => plugin.name)
  const unknown = disable.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw sftError(
      'SFT_PLUGIN_UNKNOWN',
      `disable names ${unknown}, and there is no such plugin. Plugins: ${names.join(', ')}.`,
    )
  }
  const chosen = all.filter((plugin) => !disable.includes(plugin.name))
  checkRoles(chosen)
  return chosen
}

function checkRoles(plugins: readonly Plugin[]): void {
  const roles = new Set(plugins.flatMap((plugin) => plugin.provides ?? []))
  for (const plugin of plugins) {
    const missing = plugin.requires?.find((role) => !roles.has(role))
    if (missing === undefined) continue
    const known = roles.size === 0 ? 'no plugin provides any role' : `provided are: ${[...roles].join(', ')}`
    throw sftError('SFT_PLUGIN_REQUIRES', `${plugin.name} needs the role ${missing}, and ${known}.`, {
      plugin: plugin.name,
    })
  }
}

const RATIOS = { train: 0.9, validation: 0.1 }
const SHARD_BYTES = 512 * 1024 * 1024

/** Fills in defaults and freezes. `root` is what relative paths in the config are relative to. */
export function withDefaults(
  config: UserConfig,
  plugins: readonly Plugin[],
  place: { readonly file: string | undefined; readonly root: string },
): ResolvedConfig {
  const base = place.file === undefined ? place.root : dirname(place.file)
  const fromBase = (path: string) => resolve(base, path)
  const resolved: ResolvedConfig = {
    root: base,
    file: place.file,
    input: asList(config.input).map((path) => (isAddress(path) ? path : fromBase(path))),
    plugins: Object.freeze([...plugins]),
    keep: config.keep,
    filter: asList(config.filter),
    format: config.format === undefined ? ['messages'] : [...new Set(asList(config.format))],
    split: Object.freeze({
      by: config.split?.by ?? 'group',
      ratios: Object.freeze({ ...(config.split?.ratios ?? RATIOS) }),
      seed: config.split?.seed ?? 42,
      stratify: config.split?.stratify,
      nearDuplicates: config.split?.nearDuplicates ?? false,
    }),
    output: Object.freeze({
      dir: fromBase(config.output?.dir ?? 'sft-out'),
      as: config.output?.as ?? 'jsonl',
      shardSize: config.output?.shardSize ?? SHARD_BYTES,
    }),
    dedup: Object.freeze({ exact: config.dedup?.exact ?? false, near: config.dedup?.near }),
    maxUnreadable: config.maxUnreadable ?? 0.1,
    load: Object.freeze({ format: config.load?.format, foldRepeats: config.load?.foldRepeats ?? true }),
    tokenizer: config.tokenizer === undefined ? undefined : fromBase(config.tokenizer),
    workers: config.workers,
  }
  for (const list of [resolved.input, resolved.filter, resolved.format]) Object.freeze(list)
  return Object.freeze(resolved)
}

function asList<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  // A copy: the caller's own list is not frozen with the config.
  return Array.isArray(value) ? [...(value as readonly T[])] : [value as T]
}
