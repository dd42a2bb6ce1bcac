import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ResolvedConfig } from '../config/types.ts'
import { sftError } from '../errors/error.ts'
import { redactSecrets } from '../errors/redact.ts'
import type { Counts } from '../pipeline/tally.ts'
import type { SegmentResult } from '../pipeline/task.ts'
import type { DatasetReference, FileReference } from '../plugin/types.ts'
import type { IndexDatabase } from './index-database.ts'

/** An input file of a run. `sha256` is that of its ranges' sha256, each over the digests of its records. */
export interface ManifestInput {
  readonly uri: string
  readonly format: string
  readonly bytes: number
  readonly records: number
  readonly sha256: string
}

export interface ManifestSplit {
  readonly examples: number
  readonly groups: number
  readonly tokens: number
  /** sha256 over the examples' ids, one a line, in order. */
  readonly idsSha256: string
  /** The ids themselves, in runs of up to {@link LISTED_IDS} examples. */
  readonly ids?: readonly string[]
}

export interface Manifest {
  readonly schema: number
  readonly inputs: readonly ManifestInput[]
  readonly copies: readonly { readonly uri: string; readonly of: string }[]
  readonly config: Readonly<Record<string, unknown>>
  readonly plugins: readonly { readonly name: string; readonly version: string }[]
  readonly traces: number
  readonly examples: number
  readonly unreadable: Readonly<Record<string, number>>
  readonly drops: Readonly<Record<string, number>>
  readonly losses: Readonly<Record<string, number>>
  readonly tokens: { readonly counted: boolean; readonly total: number }
  readonly splits: Readonly<Record<string, ManifestSplit>>
  readonly datasets: readonly DatasetReference[]
  /** The other files of the run, by path. */
  readonly files: readonly FileReference[]
}

/** Beyond it a manifest holds the hash of the ids alone; the index has them all. */
export const LISTED_IDS = 100_000

export function manifestInput(
  file: { readonly uri: string; readonly bytes: number; readonly format: string },
  segments: readonly SegmentResult[],
): ManifestInput {
  return {
    uri: file.uri,
    format: file.format,
    bytes: file.bytes,
    records: segments.reduce((sum, segment) => sum + segment.records, 0),
    sha256: hash('sha256', segments.map((segment) => segment.digest).join('')),
  }
}

/** The config as far as it is data; functions show by their source. */
export function describeConfig(config: ResolvedConfig): Record<string, unknown> {
  const { keep, filter, format, split, output, dedup, maxUnreadable, load, tokenizer } = config
  return {
    ...(keep !== undefined && {
      keep: redactSecrets(typeof keep === 'function' ? String(keep) : keep.describe),
    }),
    ...(filter.length > 0 && { filter: filter.map((one) => redactSecrets(String(one))) }),
    format,
    split,
    output: { as: output.as, shardSize: output.shardSize },
    dedup,
    maxUnreadable,
    ...(load.format !== undefined && { load }),
    tokenizer: tokenizer === undefined ? null : hash('sha256', readFileSync(tokenizer)),
  }
}

export function manifestSplits(
  index: IndexDatabase,
  names: readonly string[],
  counts: Counts,
): Record<string, ManifestSplit> {
  return Object.fromEntries(
    names.map((name) => {
      const [facts] = index.query(
        'select count(*) as examples, count(distinct group_key) as groups, coalesce(sum(tokens), 0) as tokens from examples where dropped is null and split = ?',
        name,
      )
      const ids: string[] = []
      let chain = ''
      let pending = ''
      for (const row of index.query(
        'select example_id from examples where dropped is null and split = ? order by ordinal',
        name,
      )) {
        const id = String(row.example_id)
        pending += `${id}\n`
        if (counts.examples <= LISTED_IDS) ids.push(id)
        if (pending.length > 1 << 20) {
          chain = hash('sha256', chain + pending)
          pending = ''
        }
      }
      const split: ManifestSplit = {
        examples: Number(facts?.examples),
        groups: Number(facts?.groups),
        tokens: Number(facts?.tokens),
        idsSha256: hash('sha256', chain + pending),
        ...(counts.examples <= LISTED_IDS && { ids }),
      }
      return [name, split]
    }),
  )
}

/** @throws SFT_RUN_UNREADABLE */
export function readManifest(out: string): Manifest {
  try {
    return JSON.parse(readFileSync(`${out}/manifest.json`, 'utf8')) as Manifest
  } catch (error) {
    throw sftError('SFT_RUN_UNREADABLE', `${out} holds no manifest of a finished run.`, {
      source: out,
      cause: error,
    })
  }
}
