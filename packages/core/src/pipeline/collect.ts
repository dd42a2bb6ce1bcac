import type { IndexDatabase } from '../run-directory/index-database.ts'
import { replaceLoneSurrogates } from './serialise.ts'
import { openShard, type ShardWriter } from './shard-writer.ts'
import { createTally, type Tally } from './tally.ts'
import type { DropRow, Sidecar } from './task.ts'

/** Takes the sidecars in input order: fills the index, the ledgers and the counts. */
export interface Collector {
  readonly tally: Tally
  /**
   * @param paths the files of the sidecar's segments
   * @returns the final ids of the sidecar's examples, by their position
   */
  take(sidecar: Sidecar, paths: readonly string[]): readonly string[]
  unreadable(row: { uri: string; code: string; message: string }): void
  reject(row: DropRow): void
  /** Closes rejected.jsonl, unreadable.jsonl and losses.jsonl under their names; once. */
  finish(): void
}

/** Ledgers are loaded by the same readers as the dataset, which refuse lone surrogates. */
function ledgerLine(row: object): string {
  return replaceLoneSurrogates(JSON.stringify(row)).text
}

/** @param folder where the three ledgers are written */
export function createCollector(folder: string, index: IndexDatabase): Collector {
  const tally = createTally()
  const rejected = openShard(`${folder}/rejected.jsonl`)
  const unreadable = openShard(`${folder}/unreadable.jsonl`)
  const losses = openShard(`${folder}/losses.jsonl`)
  const writers: readonly ShardWriter[] = [rejected, unreadable, losses]
  let finished = false
  const linesBefore = new Map<string, number>()

  const uniqueId = (space: 'trace' | 'example' | 'drop', id: string, rest = ''): string => {
    let count = index.countId(space, `${id}${rest}`)
    let unique = id
    // A record that was read back may carry such an id already.
    while (count > 1) {
      unique = `${id}#${count}`
      if (index.countId(space, `${unique}${rest}`) === 1) break
      count = index.countId(space, `${id}${rest}`)
    }
    return unique
  }
  const writeDrop = (drop: DropRow): void => {
    const id = uniqueId('drop', drop.id, ` ${drop.stage} ${drop.format ?? ''} ${drop.plugin}`)
    index.addDrop(drop, id)
    const { uri, session, stage, plugin, reason, detail, format } = drop
    const whose = { source: uri, ...(session !== undefined && { session_id: session }) }
    const rest = { ...(format !== undefined && { format }), ...(detail !== undefined && { detail }) }
    rejected.append([ledgerLine({ id, ...whose, stage, plugin, reason, ...rest })])
  }

  return {
    tally,
    take(sidecar, paths) {
      tally.take(sidecar)
      const ids: string[] = []
      index.batch(() => {
        const dropOf = new Map(
          sidecar.drops.filter((drop) => drop.stage === 'filter').map((drop) => [drop.id, drop]),
        )
        for (const trace of sidecar.traces)
          index.addTrace(trace, uniqueId('trace', trace.id), dropOf.get(trace.id))
        for (const example of sidecar.examples) {
          const id = uniqueId('example', example.id)
          ids.push(id)
          const shard = sidecar.shards[example.rows[0]?.[0] ?? -1]
          index.addExample(example, id, shard?.split)
        }
        for (const drop of sidecar.drops) writeDrop(drop)
        for (const loss of sidecar.losses) {
          index.addLoss(loss)
          const { uri, id, field, kind, count, plugin, detail } = loss
          losses.append([
            ledgerLine({
              source: uri,
              id,
              field,
              kind,
              count,
              plugin,
              ...(detail !== undefined && { detail }),
            }),
          ])
        }
      })
      const before = sidecar.segments.map(({ uri, lines }, number) => {
        const path = paths[number] ?? uri
        const base = linesBefore.get(path) ?? 0
        linesBefore.set(path, base + lines)
        return base
      })
      for (const { segment, uri, line, byteOffset, code, message } of sidecar.unreadable) {
        const place = {
          ...(line !== undefined && { line: line + (before[segment] ?? 0) }),
          ...(byteOffset !== undefined && { byteOffset }),
        }
        unreadable.append([ledgerLine({ source: uri, ...place, code, message })])
      }
      return ids
    },
    unreadable({ uri, code, message }) {
      tally.addUnreadable(code)
      unreadable.append([ledgerLine({ source: uri, code, message })])
    },
    reject(row) {
      tally.addDrop(row)
      writeDrop(row)
    },
    finish() {
      if (!finished) for (const writer of writers) writer.finish()
      finished = true
    },
  }
}
