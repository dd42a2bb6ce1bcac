import { basename, resolve } from 'node:path'
import {
  definePlugin,
  errorText,
  type JsonValue,
  type Plugin,
  type PluginApi,
  parseOptions,
} from '@sftkit/core'
import { databaseLoader } from './database/loader.ts'
import type { SessionMapping } from './database/mapping.ts'
import { namedDatabases } from './database/named.ts'
import { measureOf } from './measures/registry.ts'
import type { Measure } from './measures/types.ts'
import { optionsSchema, type ParsedOptions, type SessionsOptions } from './options.ts'
import { capSessions } from './selection/cap.ts'
import { leftOutByFacts } from './selection/decide.ts'
import {
  hashJudgments,
  hasJudgments,
  type JudgmentSource,
  type Judgments,
  readJudgments,
} from './selection/judgments.ts'
import { selectLoaded } from './selection/loaded.ts'
import { requireKnown } from './selection/require-known.ts'
import { historyRowLoader } from './selection/rows.ts'
import { version } from './version.ts'

/**
 * Sessions from SQLite databases, and which of them are taken: by project and agent, by judgment, by a measure, by a
 * function, so many at most. Archived and empty ones are left out. What is left out stands in rejected.jsonl.
 *
 * ```ts
 * plugins: [sessions({ database: 'sessions.db', agent: 'support', judgment: 'acceptable' })]
 * ```
 *
 * With `database` the selection is about the sessions of databases and history rows; without it, about everything
 * that the run reads.
 *
 * @throws SFT_PLUGIN_OPTIONS, SFT_MEASURE_UNKNOWN, SFT_MEASURE_INVALID
 */
export function sessions(input: SessionsOptions = {}): Plugin {
  const options = parseOptions('sessions', optionsSchema, input)
  const measure = options.measure === undefined ? undefined : measureOf(options.measure)
  const databases = [options.database ?? []].flat()
  const mapping = options.mapping as SessionMapping | undefined
  const judgmentSource = options.judgments as SessionsOptions['judgments']
  return definePlugin({
    name: options.name,
    version,
    options: describe(options, measure),
    key: ({ root }) => keyOf(judgmentSource, root),
    setup(api) {
      if (databases.length > 0) {
        const address = `${options.name}://database`
        api.modifyConfig((config) => ({ ...config, input: [...[config.input ?? []].flat(), address] }))
        api.input(namedDatabases(options.name, databases, mapping))
      }
      const judgments = judgmentReader(judgmentSource)
      api.load(databases.length > 0 && options.name !== 'sessions' ? onlyNamed() : loader())
      if (Object.keys(input).some((key) => key !== 'name')) selectAll(api)

      function loader() {
        return databaseLoader({
          name: options.name,
          mapping,
          compat: options.compat,
          includeSystem: options.includeSystem,
          leaveOut: (facts) => leftOutByFacts(facts, options),
          judgments,
          check: (store, path, source, root) =>
            requireKnown(
              options,
              store.layout.knows,
              () => hasJudgments(path, judgmentSource, (one) => resolve(root, one)),
              source,
            ),
          isNamed: (path, root) => databases.some((one) => resolve(root, one) === path),
        })
      }

      /** Of two instances each has its own databases, which are told by their names alone. */
      function onlyNamed() {
        const whole = loader()
        const names = new Set(databases.map((path) => basename(path)))
        return {
          ...whole,
          detect: (head) => (names.has(basename(head.uri)) ? whole.detect(head) : undefined),
        } as typeof whole
      }

      function selectAll(hooks: PluginApi): void {
        const { name, compat, includeSystem } = options
        hooks.load(
          historyRowLoader(
            `${name}-rows`,
            { ...(compat !== undefined && { compat }), includeSystem },
            (facts) => leftOutByFacts(facts, options),
            (root) => (options.judgments === undefined ? undefined : judgments(undefined, root)),
          ),
        )
        const formats = new Set([name, `${name}-rows`])
        const isOwn = (format: string): boolean => formats.has(format)
        selectLoaded(hooks, { options, measure, isOwn, everything: databases.length === 0, judgments })
        if (options.maxSessions !== undefined)
          capSessions(hooks, name, options.maxSessions, (format) => databases.length === 0 || isOwn(format))
      }
    },
  })
}

function describe({ measure: _, mapping, ...options }: ParsedOptions, measure: Measure | undefined): unknown {
  const measured: JsonValue | undefined = measure && { name: measure.name, options: measure.options ?? null }
  return { ...options, mapping: mapping ?? null, measure: measured ?? null }
}

type JudgmentReader = (path: string | undefined, root: string) => Judgments | undefined

/** Judgments are read once in each thread. */
function judgmentReader(source: JudgmentSource | undefined): JudgmentReader {
  const known = new Map<string, Judgments | undefined>()
  return (path, root) => {
    const ofAll = source !== undefined && (typeof source === 'string' || source.database !== undefined)
    const key = ofAll ? '' : (path ?? '')
    if (!known.has(key))
      known.set(
        key,
        readJudgments(path, source, (one) => resolve(root, one)),
      )
    return known.get(key)
  }
}

/** What stands in another database decides what a run makes of rows that did not change. */
function keyOf(source: JudgmentSource | undefined, root: string): string {
  if (source === undefined) return ''
  try {
    return hashJudgments(undefined, source, (path) => resolve(root, path))
  } catch (error) {
    // What is wrong with it is said where it is needed: somebody may only want to look at the plugins.
    return errorText(error)
  }
}
