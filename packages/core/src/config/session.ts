import { hash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { sftError } from '../errors/error.ts'
import { type Activity, createActivity } from '../hooks/activity.ts'
import { createRegistry, type Registry } from '../hooks/registry.ts'
import { registerPlugins } from '../plugin/register.ts'
import type { Plugin } from '../plugin/types.ts'
import { type OutlineMode, outlinePlugin } from '../run/outline.ts'
import { loadConfigFile } from './load.ts'
import { applyOverrides } from './overrides.ts'
import { checkConfig, flattenPlugins, orderPlugins, withDefaults } from './resolve.ts'
import type { ResolvedConfig, UserConfig } from './types.ts'

/** Raised when what a run writes changes shape: finished work of another schema is not taken up. */
export const SCHEMA_VERSION = 1

/** Where a config comes from. All but `config` can be sent to a worker, which then loads the file itself. */
export interface ConfigOrigin {
  readonly file?: string
  /** A config object: such a run stays in the main thread. */
  readonly config?: UserConfig
  /** The directory that `root` falls back to where there is no file. */
  readonly cwd: string
  /** `--set` entries. */
  readonly set: readonly string[]
  /** What the command line or the caller replaces; paths are absolute. */
  readonly replace: Pick<UserConfig, 'input' | 'format' | 'workers'> & { readonly out?: string }
  /** Module url of the running installation. */
  readonly installation: string
  /** Module url of the preset: its `preset()` returns the default plugins. */
  readonly preset?: string
  /** Set by `sft inspect`, which wants the traces' outlines. */
  readonly outline?: OutlineMode
  /** Whether everything may be dropped: such a run then ends without rows, and not with an error. */
  readonly mayBeEmpty?: boolean
}

/** A config with its plugins set up, in one thread. */
export interface ConfigSession {
  readonly config: ResolvedConfig
  readonly registry: Registry
  readonly activity: Activity
  /** Identifies config, plugins and schema: finished work of the same key is taken up again. */
  readonly planKey: string
}

/**
 * Loads, checks and resolves the config, then sets up its plugins.
 *
 * @param onActivity gets what tells who is busy, before the first hook is called
 */
export async function openConfig(
  origin: ConfigOrigin,
  onActivity?: (activity: Activity, plugins: readonly string[]) => void,
): Promise<ConfigSession> {
  const loaded =
    origin.file === undefined ? undefined : await loadConfigFile(origin.file, origin.installation)
  const written = loaded?.config ?? origin.config ?? {}
  const text = loaded?.modules.find((module) => module.path === loaded.file)?.text
  const overridden = applyOverrides(checkConfig(written, origin.file, text), origin.set)
  const user = checkConfig(overridden, origin.file, text)

  const own = await flattenPlugins(user.plugins ?? [], origin.file)
  const preset =
    user.preset === false || origin.preset === undefined ? [] : await presetPlugins(origin.preset)
  const { outline } = origin
  const plugins = [
    ...orderPlugins(own, preset, user.disable ?? []),
    ...(outline === undefined ? [] : [outlinePlugin(outline)]),
  ]

  const registry = createRegistry()
  const activity = createActivity(plugins.map((plugin) => plugin.name))
  onActivity?.(
    activity,
    plugins.map((plugin) => plugin.name),
  )
  registerPlugins(plugins, registry, activity)

  const modified = checkConfig((await registry.modifyConfig.promise(user)) ?? user, origin.file)
  const { out, input, format, workers } = origin.replace
  const config = withDefaults(
    {
      ...modified,
      ...(input !== undefined && { input }),
      ...(format !== undefined && { format }),
      ...(workers !== undefined && { workers }),
      ...(out !== undefined && { output: { ...modified.output, dir: out } }),
    },
    plugins,
    { file: origin.file, root: resolve(origin.cwd) },
  )
  checkFormats(config, registry)
  await registry.configResolved.promise(config)
  const keys = await keysOf(config)
  return { config, registry, activity, planKey: planKey(config, loaded?.modules ?? [], keys, origin) }
}

async function presetPlugins(module: string): Promise<readonly Plugin[]> {
  const { preset } = (await import(module)) as { preset(): readonly Plugin[] }
  return preset()
}

function checkFormats(config: ResolvedConfig, registry: Registry): void {
  const known = [...registry.formats.keys()]
  const unknown = config.format.find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw sftError(
    'SFT_FORMAT_UNKNOWN',
    `There is no format ${unknown}. Formats: ${known.join(', ') || 'none'}.`,
  )
}

function planKey(
  config: ResolvedConfig,
  modules: readonly { readonly text: string }[],
  keys: readonly string[],
  origin: ConfigOrigin,
): string {
  const parts = {
    schema: SCHEMA_VERSION,
    core: coreVersion(),
    plugins: config.plugins.map(describePlugin),
    keys,
    modules: modules.map(({ text }) => hash('sha256', text)),
    set: origin.set,
    format: config.format,
    keep: describeOptions(config.keep),
    filter: config.filter.map(describeOptions),
    split: config.split,
    output: { as: config.output.as },
    dedup: config.dedup,
    load: config.load,
    tokenizer: config.tokenizer === undefined ? null : contentHash(config.tokenizer),
    // What a function of a config object closes over cannot be seen: its work is never taken up again.
    once: origin.config !== undefined && hasFunctions(origin.config) ? randomUUID() : null,
  }
  return hash('sha256', JSON.stringify(parts))
}

/** What the plugins' work depends on beside their options. */
async function keysOf(config: ResolvedConfig): Promise<string[]> {
  const keys: string[] = []
  for (const plugin of config.plugins) {
    const key = await plugin.key?.(config)
    if (key !== undefined) keys.push(plugin.name, key)
  }
  return keys
}

function hasFunctions({ plugins = [], keep, filter }: UserConfig): boolean {
  return plugins.length > 0 || filter !== undefined || typeof keep === 'function'
}

/** A plugin that stands in a config object has no file: its source says at least what is written in it. */
function describePlugin({ name, version, options, setup }: Plugin): unknown {
  return [name, version, describeOptions(options), String(setup)]
}

/** A file that is not there fails where it is needed. */
function contentHash(file: string): string | undefined {
  return existsSync(file) ? hash('sha256', readFileSync(file)) : undefined
}

/** Options as text. Functions show as their source: good enough beside the bytes of the config file. */
function describeOptions(options: unknown): string {
  return JSON.stringify(options ?? null, (_key, value: unknown) =>
    typeof value === 'function' ? String(value) : value,
  )
}

/** The version of core, and in a checkout its build, so that a changed build does not take up old work. */
function coreVersion(): string {
  const require = createRequire(import.meta.url)
  const { version } = require('../../package.json') as { version: string }
  const packages = new URL('../../../', import.meta.url)
  const builds = readdirSync(packages).map((name) => new URL(`${name}/dist/tsconfig.tsbuildinfo`, packages))
  // Published packages have none: their version says which build they are.
  const texts = builds.flatMap((build) => (existsSync(build) ? [readFileSync(build, 'utf8')] : []))
  return texts.length === 0 ? version : `${version} ${hash('sha256', texts.join())}`
}
