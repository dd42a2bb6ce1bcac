import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { sftError } from '../errors/error.ts'
import { EXAMPLES, TRACES } from '../pipeline/emit.ts'
import { readSidecar } from '../pipeline/run-task.ts'
import { attempt } from '../run-directory/write.ts'
import type { DatasetRun } from './dataset-run.ts'

/**
 * What a run writes that ends before `format`: traces.jsonl, and examples.jsonl where `augment` made rows.
 *
 * @returns the files' paths, relative to the run directory
 */
export function writeTraceFiles({ plan, done, out }: DatasetRun): string[] {
  const written: string[] = []
  for (const format of [TRACES, EXAMPLES]) {
    const shards = done.flatMap((location) => {
      const sidecar = readSidecar(plan, location)
      if (sidecar === undefined)
        throw sftError('SFT_INTERNAL', 'Finished work vanished while it was written.')
      return sidecar.shards.filter((shard) => shard.format === format).map((shard) => shard.file)
    })
    const target = `${out}/${format}.jsonl`
    if (shards.length === 0 && format === EXAMPLES) {
      attempt(target, () => rmSync(target, { force: true }))
      continue
    }
    join(shards, target, idsOfLines())
    written.push(`${format}.jsonl`)
  }
  return written
}

/** Identical records get `#2`, `#3`: every line begins with its id. */
function idsOfLines(): (line: string) => string {
  const counts = new Map<string, number>()
  const taken = new Set<string>()
  return (line) => {
    const written = /^\{"id":("(?:[^"\\]|\\.)*")/.exec(line)?.[1]
    if (written === undefined) return line
    const id = JSON.parse(written) as string
    let unique = id
    for (let count = counts.get(id) ?? 1; taken.has(unique); count++) {
      unique = `${id}#${count + 1}`
      counts.set(id, count + 1)
    }
    taken.add(unique)
    return unique === id
      ? line
      : `{"id":${JSON.stringify(unique)}${line.slice('{"id":'.length + written.length)}`
  }
}

function join(shards: readonly string[], target: string, rename: (line: string) => string): void {
  const temporary = `${target}.partial`
  attempt(target, () => {
    const descriptor = openSync(temporary, 'w')
    try {
      for (const shard of shards) {
        if (!existsSync(shard)) throw sftError('SFT_INTERNAL', 'A shard vanished while it was read.')
        for (const line of linesOf(shard)) writeSync(descriptor, `${rename(line)}\n`)
      }
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, target)
  })
}

function* linesOf(file: string): Generator<string> {
  const descriptor = openSync(file, 'r')
  const chunk = Buffer.allocUnsafe(1 << 20)
  try {
    let pending: Buffer[] = []
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      let at = 0
      for (
        let end = chunk.subarray(0, read).indexOf(10);
        end !== -1;
        end = chunk.subarray(0, read).indexOf(10, at)
      ) {
        yield Buffer.concat([...pending, chunk.subarray(at, end)]).toString('utf8')
        pending = []
        at = end + 1
      }
      if (at < read) pending.push(Buffer.from(chunk.subarray(at, read)))
    }
  } finally {
    closeSync(descriptor)
  }
}
