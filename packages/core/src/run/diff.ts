import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import { type Manifest, readManifest } from '../run-directory/manifest.ts'

/** Why two runs differ, from their manifests, and row by row where both still have their index. */
export interface RunDiff {
  readonly same: boolean
  readonly inputs: { readonly added: string[]; readonly removed: string[]; readonly changed: string[] }
  readonly config: readonly { readonly key: string; readonly before: unknown; readonly after: unknown }[]
  readonly plugins: { readonly added: string[]; readonly removed: string[]; readonly changed: string[] }
  readonly counts: readonly { readonly what: string; readonly before: number; readonly after: number }[]
  /** Examples by id. */
  readonly examples: {
    readonly added: string[]
    readonly removed: string[]
    readonly moved: { readonly id: string; readonly from: string; readonly to: string }[]
  }
  readonly tags: readonly { readonly id: string; readonly added: string[]; readonly removed: string[] }[]
  /** Files of the dataset whose bytes differ. */
  readonly files: string[]
}

/** @param before a run directory @param after another @throws SFT_RUN_UNREADABLE */
export function diffRuns(before: string, after: string): RunDiff {
  const a = readManifest(before)
  const b = readManifest(after)
  const inputs = diffMaps(
    new Map(a.inputs.map((one) => [one.uri, one.sha256])),
    new Map(b.inputs.map((one) => [one.uri, one.sha256])),
  )
  const plugins = diffMaps(
    new Map(a.plugins.map((one) => [one.name, one.version])),
    new Map(b.plugins.map((one) => [one.name, one.version])),
  )
  const config = [...new Set([...Object.keys(a.config), ...Object.keys(b.config)])]
    .filter((key) => !isDeepStrictEqual(a.config[key], b.config[key]))
    .map((key) => ({ key, before: a.config[key], after: b.config[key] }))
  const counts = diffCounts(a, b)
  const examples = diffExamples(splitsOf(before, a), splitsOf(after, b))
  const tags = diffTags(before, after)
  const files = diffMaps(hashesOf(a), hashesOf(b))
  const changedFiles = [...files.added, ...files.removed, ...files.changed].sort()
  const nothing = [inputs, plugins, examples].every((part) =>
    Object.values(part).every((list) => list.length === 0),
  )
  const same = nothing && config.length + counts.length + tags.length + changedFiles.length === 0
  return { same, inputs, config, plugins, counts, examples, tags, files: changedFiles }
}

function diffMaps(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): { added: string[]; removed: string[]; changed: string[] } {
  return {
    added: [...b.keys()].filter((key) => !a.has(key)),
    removed: [...a.keys()].filter((key) => !b.has(key)),
    changed: [...a.keys()].filter((key) => b.has(key) && b.get(key) !== a.get(key)),
  }
}

function diffCounts(a: Manifest, b: Manifest): { what: string; before: number; after: number }[] {
  const flat = (manifest: Manifest): Record<string, number> => ({
    traces: manifest.traces,
    examples: manifest.examples,
    ...prefixed('dropped: ', manifest.drops),
    ...prefixed('unreadable: ', manifest.unreadable),
    ...prefixed('lost: ', manifest.losses),
    ...Object.fromEntries(
      Object.entries(manifest.splits).map(([name, split]) => [`split ${name}`, split.examples]),
    ),
  })
  const [before, after] = [flat(a), flat(b)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((what) => ({ what, before: before[what] ?? 0, after: after[what] ?? 0 }))
    .filter((row) => row.before !== row.after)
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [`${prefix}${key}`, count]))
}

function hashesOf({ datasets, files }: Manifest): Map<string, string> {
  const data = datasets.flatMap(({ splits }) => Object.values(splits).flat())
  return new Map([...data, ...files].map((file) => [file.path, file.sha256]))
}

/** The split of every example, from the manifest, else from the index. */
function splitsOf(run: string, { splits }: Manifest): Map<string, string> {
  const listed = Object.entries(splits)
  if (listed.every(([, { ids }]) => ids !== undefined)) {
    return new Map(listed.flatMap(([name, { ids }]) => (ids ?? []).map((id) => [id, name] as const)))
  }
  return queryIndex(run, 'select example_id as key, split as value from examples where dropped is null')
}

function diffExamples(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): RunDiff['examples'] {
  const { added, removed, changed } = diffMaps(a, b)
  return { added, removed, moved: changed.map((id) => ({ id, from: a.get(id) ?? '', to: b.get(id) ?? '' })) }
}

function diffTags(before: string, after: string): { id: string; added: string[]; removed: string[] }[] {
  const sql = 'select trace_id as key, tags as value from traces'
  const a = queryIndex(before, sql)
  const b = queryIndex(after, sql)
  return diffMaps(a, b).changed.map((id) => {
    const old = JSON.parse(a.get(id) ?? '[]') as string[]
    const now = JSON.parse(b.get(id) ?? '[]') as string[]
    return {
      id,
      added: now.filter((tag) => !old.includes(tag)),
      removed: old.filter((tag) => !now.includes(tag)),
    }
  })
}

function queryIndex(run: string, sql: string): Map<string, string> {
  const file = indexFile(run)
  if (!existsSync(file)) return new Map()
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return new Map(
      database
        .prepare(sql)
        .all()
        .map((row) => [String(row.key), String(row.value)]),
    )
  } finally {
    database.close()
  }
}

/** Where a run keeps its index. */
export function indexFile(run: string): string {
  return `${run}/.sft/index.sqlite`
}
