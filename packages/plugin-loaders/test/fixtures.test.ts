import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LoadedTrace } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import { loaders } from '../src/index.ts'
import { formatOf, type Loaded, loaderOf, loadWith, readTraceFile } from './support.ts'

const root = fileURLToPath(new URL('fixtures', import.meta.url))
const all = loaders().map(loaderOf)

/** One fixture for each trap: `<format>/<trap>.json`, and beside it what a correct loader makes of it. */
const fixtures = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.jsonl?$/.test(path) && !path.endsWith('.golden.json'))
  .sort()

/** Writes goldens that are not there yet, where asked to; they are read by a person before they are committed. */
const WRITE = process.env.SFT_WRITE_GOLDEN === '1'

function plain({ trace, losses }: Loaded): unknown {
  const { events, ...rest }: LoadedTrace = trace
  const value = { ...rest, ...(events !== undefined && { events }), losses }
  return JSON.parse(JSON.stringify(value)) as unknown
}

describe.each(fixtures)('%s', (path) => {
  const file = readTraceFile(root, path)
  const format = path.split('/')[0]

  test('is recognised', () => {
    expect(formatOf(all, file)).toBe(format)
  })

  test('becomes its golden', () => {
    const loader = all.find(({ name }) => name === format)
    if (loader === undefined) throw new Error(`no loader ${format}`)
    const read = file.records.map((record) => plain(loadWith(loader, record)))
    const golden = `${root}/${path.replace(/\.jsonl?$/, '.golden.json')}`
    if (WRITE && !existsSync(golden)) writeFileSync(golden, `${JSON.stringify(read, null, 2)}\n`)
    expect(read).toEqual(JSON.parse(readFileSync(golden, 'utf8')))
  })
})
