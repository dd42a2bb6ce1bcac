import { isJsonObject, type JsonObject, messageText } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import type { Seed } from '../../fuzz/seed.ts'
import { ownSeeds } from '../../fuzz/seeds/all.ts'
import { type LoadedFiles, loadFiles } from '../load-files.ts'

interface Damaged {
  readonly name: string
  readonly seed: Seed
  /** The file, by its path below the input folder. */
  readonly path: string
  readonly bytes: Buffer
  /** How many pieces of it cannot be read. */
  readonly pieces: number
}

/** No object, where objects stand. */
const ODD = 'no-such-object'

const seeds = ownSeeds()
const rows = seeds.flatMap((seed) =>
  Object.entries(seed.files).flatMap(([path, bytes]) => damagedRows(seed, path, bytes.toString())),
)
const documents = seeds.flatMap((seed) =>
  Object.entries(seed.files).flatMap(([path, bytes]) => damagedDocuments(seed, path, bytes.toString())),
)

/** A damaged piece is named, and costs nothing but itself. */
describe('a file with damaged pieces', () => {
  test.each(rows)('$name', async ({ seed, path, bytes, pieces }) => {
    const [whole, damaged] = [await loadFiles(seed.files), await loadFiles({ ...seed.files, [path]: bytes })]
    expect(said(damaged)).toEqual(said(whole))
    expect(damaged.unreadable).toHaveLength(whole.unreadable.length + pieces)
  })

  test.each(documents)('$name', async ({ seed, path, bytes }) => {
    const [whole, damaged] = [
      await loadFiles({ [path]: seed.files[path] ?? '' }),
      await loadFiles({ [path]: bytes }),
    ]
    expect(damaged.traces).toHaveLength(whole.traces.length)
    const carried = damaged.traces.some(({ events, ...trace }) =>
      JSON.stringify({ ...trace, events }).includes(ODD),
    )
    expect(carried || toldOf(damaged) > toldOf(whole)).toBe(true)
  })
})

/** JSON lines with a line broken in their middle and half a line at their end; lists with an element of text. */
function damagedRows(seed: Seed, path: string, text: string): Damaged[] {
  const of = { seed, path }
  const name = `${seed.format} ${seed.name}/${path}`
  const value = parsed(text)
  if (Array.isArray(value)) {
    const bytes = Buffer.from(JSON.stringify(value.toSpliced(1, 0, ODD)))
    return [{ ...of, name: `${name}: an element of text`, bytes, pieces: 1 }]
  }
  const lines = text.trimEnd().split('\n')
  if (lines.length < 2 || !lines.every((line) => isJsonObject(parsed(line)))) return []
  const broken = lines.toSpliced(Math.ceil(lines.length / 2), 0, '{"half": "of a')
  const bytes = Buffer.from(`${broken.join('\n')}\n${lines.at(-1)?.slice(0, 30)}`)
  return [{ ...of, name: `${name}: broken lines`, bytes, pieces: 2 }]
}

/** Documents with a text among the objects of each of their lists. */
function damagedDocuments(seed: Seed, path: string, text: string): Damaged[] {
  const document = parsed(text)
  // A line of sftkit's own is whole, or is refused.
  if (!isJsonObject(document) || seed.format === 'canonical') return []
  return Object.entries(document).flatMap(([key, list]) => {
    if (!Array.isArray(list) || !list.some((element) => isJsonObject(element as JsonObject))) return []
    const bytes = Buffer.from(JSON.stringify({ ...document, [key]: list.toSpliced(1, 0, ODD) }))
    return [{ seed, path, name: `${seed.format} ${seed.name}/${path}: a text in ${key}`, bytes, pieces: 0 }]
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function said({ traces }: LoadedFiles): unknown {
  // Without references to what stands in a message, which name its line.
  return traces.map(({ source, messages }) => [
    source.format,
    messages.map((message) => [message.role, messageText(message), message.toolCalls, message.toolCallId]),
  ])
}

/** How much a run says of what was not carried, or carried otherwise. */
function toldOf({ losses, unreadable, drops }: LoadedFiles): number {
  return losses.reduce((sum, { count }) => sum + count, 0) + unreadable.length + drops.length
}
