import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { loadFiles } from '../load-files.ts'
import { suite, traces, withoutTraces } from '../shared.ts'
import { type KeptValue, lostTexts } from './carried.ts'
import { readRaw } from './count/raw.ts'
import { type Unit, unitsOf } from './units.ts'

const kept: KeptValue[] = []

/** Looks on: what a table calls kept is noted here on its way to the ledger. */
vi.mock('../../src/ledger/walk.ts', async (original) => {
  const real = await original<typeof import('../../src/ledger/walk.ts')>()
  const walkFields: typeof real.walkFields = (value, fields, path, visitor) =>
    real.walkFields(value, fields, path, {
      ...visitor,
      kept: (place, of) => {
        kept.push({ path: place, value: of })
        visitor.kept(place, of)
      },
    })
  return { ...real, walkFields }
})

/** Files with very many records are counted without a walk: here they are walked as well. */
vi.mock('../../src/ledger/tally.ts', async (original) => {
  const real = await original<typeof import('../../src/ledger/tally.ts')>()
  const { walkFields } = await import('../../src/ledger/walk.ts')
  const nothing = (): void => {}
  const silent = { kept: nothing, changed: nothing, dropped: nothing, unknown: nothing }
  const createFieldTally: typeof real.createFieldTally = (fields, path = '') => {
    const tally = real.createFieldTally(fields, path)
    return {
      ...tally,
      add: (value) => {
        walkFields(value, fields, path, silent)
        tally.add(value)
      },
    }
  }
  return { ...real, createFieldTally }
})

/** Formats without a table, whose shared readers record what they do not carry: there the whole row counts as kept. */
const WITHOUT_TABLE = new Set(['openai-messages', 'sharegpt'])

const units = withoutTraces === false ? unitsOf(traces) : []
const formats = [...new Set(units.map(formatName))].sort()

function formatName({ format }: Unit): string {
  return typeof format === 'string' ? format : (format[0] ?? '')
}

/** With their folders, by which some formats tell what belongs together; a run leaves out hidden ones. */
function filesOf({ paths }: Unit): Record<string, Buffer> {
  return Object.fromEntries(
    paths.map((path) => [path.replaceAll('/.', '/_'), readFileSync(join(traces, path))]),
  )
}

/** A field that a table calls kept has to be found in what was loaded: every text inside it, in every real file. */
describe.skipIf(withoutTraces)(suite('what is called kept is carried', withoutTraces), () => {
  test.each(formats)('%s', async (format) => {
    const lost = new Map<string, { count: number; file: string; text: string }>()
    for (const unit of units.filter((one) => formatName(one) === format)) {
      kept.length = 0
      const loaded = await loadFiles(filesOf(unit))
      // A file without a trace is refused as a whole, with its reason.
      if (loaded.traces.length === 0 && loaded.unreadable.length > 0) continue
      if (WITHOUT_TABLE.has(format)) {
        for (const path of unit.paths)
          for (const value of readRaw(join(traces, path)).records) kept.push({ path: '', value })
      }
      for (const { path, text } of lostTexts(kept, loaded.traces, loaded.losses)) {
        const known = lost.get(path)
        if (known !== undefined) known.count++
        else
          lost.set(path, {
            count: 1,
            file: unit.name.split('/').slice(-2).join('/'),
            text: text.slice(0, 60),
          })
      }
    }
    expect(Object.fromEntries(lost)).toEqual({})
  })
})
