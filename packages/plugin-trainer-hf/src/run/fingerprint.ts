import { hash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Fingerprint, WorkerRun } from '../worker/protocol.ts'

/** Files up to this size are hashed whole; of larger ones their size, begin and end. */
const WHOLE_BYTES = 64 << 20
const EDGE_BYTES = 1 << 20

/** What a training depends on: it is gone on with, or taken up as done, where all three are the same. */
export function fingerprintOf(run: Omit<WorkerRun, 'fingerprint' | 'resume'>): Fingerprint {
  const { model, dataset, output: _output, ...config } = run
  return {
    model: hashOf([model.revision ?? null, folderHash(model.path) ?? model.path]),
    dataset: hashOf([
      dataset.format,
      dataset.train.map((file) => file.sha256),
      dataset.validation.map((file) => file.sha256),
    ]),
    config: hashOf(config),
  }
}

/** The parts that differ, in words. */
export function differences(a: Fingerprint, b: Fingerprint): string[] {
  return (['model', 'dataset', 'config'] as const).filter((part) => a[part] !== b[part])
}

function hashOf(value: unknown): string {
  return hash('sha256', JSON.stringify(sorted(value)))
}

/** The order in which options were written is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  )
}

/** A model on this machine by the content of its files; undefined for a name on the Hub. */
function folderHash(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  const files = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
  return hashOf(files.map((name) => [name, fileHash(join(path, name))]))
}

function fileHash(file: string): string {
  const { size } = statSync(file)
  if (size <= WHOLE_BYTES) return hash('sha256', readFileSync(file))
  return hashOf([size, bytesAt(file, 0), bytesAt(file, size - EDGE_BYTES)])
}

function bytesAt(file: string, position: number): string {
  const handle = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(EDGE_BYTES)
    readSync(handle, bytes, 0, EDGE_BYTES, position)
    return hash('sha256', bytes)
  } finally {
    closeSync(handle)
  }
}
