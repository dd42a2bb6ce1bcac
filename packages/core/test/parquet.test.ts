import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseJson } from '../src/data/json.ts'
import { columnsOf } from '../src/run-directory/columns.ts'
import { writeParquet } from '../src/run-directory/parquet.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sftkit-parquet-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rows = [
  {
    text: 'é 漢 🚀',
    tags: ['a', 'b'],
    label: true,
    messages: [{ role: 'user', content: '42' }],
    metadata: { n: 1 },
  },
  {
    text: null,
    tags: [],
    label: false,
    messages: [],
    metadata: parseJson('{"big": 12345678901234567890, "x": 1.0}'),
  },
  { text: '', tags: ['c'], label: null, messages: null, metadata: { deep: { nothing: null } } },
]

// hyparquet reads an absent list as undefined, and an empty one as [].
async function readBack(path: string) {
  const file = await asyncBufferFromFile(path)
  return { metadata: await parquetMetadataAsync(file), rows: await parquetReadObjects({ file }) }
}

test('values come back, nested ones as JSON text that keeps every number', async () => {
  const path = join(folder, 'a.parquet')
  expect(await writeParquet(path, rows)).toBe(3)
  expect((await readBack(path)).rows).toEqual([
    {
      text: 'é 漢 🚀',
      tags: ['a', 'b'],
      label: true,
      messages: ['{"role":"user","content":"42"}'],
      metadata: '{"n":1}',
    },
    {
      text: null,
      tags: [],
      label: false,
      messages: [],
      metadata: '{"big":12345678901234567890,"x":1.0}',
    },
    { text: '', tags: ['c'], label: null, messages: undefined, metadata: '{"deep":{"nothing":null}}' },
  ])
})

test('the features of Python datasets are declared', async () => {
  const path = join(folder, 'a.parquet')
  await writeParquet(path, rows)
  const declared = (await readBack(path)).metadata.key_value_metadata?.find(
    ({ key }) => key === 'huggingface',
  )
  expect(JSON.parse(declared?.value ?? '')).toEqual({
    info: {
      features: {
        text: { dtype: 'string', _type: 'Value' },
        tags: { feature: { dtype: 'string', _type: 'Value' }, _type: 'List' },
        label: { dtype: 'bool', _type: 'Value' },
        messages: { feature: { _type: 'Json' }, _type: 'List' },
        metadata: { _type: 'Json' },
      },
    },
  })
})

test('row groups are bounded, and the same rows give the same bytes', async () => {
  async function* many() {
    for (let index = 0; index < 100; index++)
      yield { text: `${index} ${'x'.repeat(1000)}`, list: [{ index }] }
  }
  const [a, b] = [join(folder, 'a.parquet'), join(folder, 'b.parquet')]
  await writeParquet(a, many(), { rowGroupChars: 20_000 })
  await writeParquet(b, many(), { rowGroupChars: 20_000 })
  const { metadata, rows: read } = await readBack(a)
  expect(metadata.row_groups.length).toBeGreaterThan(4)
  expect(read.map(({ list }) => list)).toEqual(
    Array.from({ length: 100 }, (_, index) => [`{"index":${index}}`]),
  )
  expect(readFileSync(a).equals(readFileSync(b))).toBe(true)
})

test('declared columns stand in their order, absent ones as null, also without any row', async () => {
  const path = join(folder, 'a.parquet')
  const columns = { text: 'string', tools: 'json-list', metadata: 'json' } as const
  await writeParquet(path, [{ metadata: {}, text: 'a' }], { columns })
  expect((await readBack(path)).rows).toEqual([{ text: 'a', tools: undefined, metadata: '{}' }])
  await writeParquet(path, [], { columns })
  expect((await readBack(path)).metadata.num_rows).toBe(0n)
})

test.each([[{ text: 1 }], [{ text: 'a', other: 'b' }], [{ text: ['a'] }]])(
  'a row that is not of the declared columns is an error: %j',
  async (row) => {
    await expect(
      writeParquet(join(folder, 'a.parquet'), [row], { columns: { text: 'string' } }),
    ).rejects.toMatchObject({ code: 'SFT_PLUGIN_RESULT' })
  },
)

test('columns are guessed over all early rows', () => {
  expect(columnsOf([{ a: [] }, { a: [{}] }, { b: null }, { b: true, c: 1 }, { d: 'x' }, { d: 2 }])).toEqual({
    a: 'json-list',
    b: 'boolean',
    c: 'json',
    d: 'json',
  })
})
