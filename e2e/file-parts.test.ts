import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError, failedRun, testRun } from '@sftkit/testing'
import { definePlugin, type FileLoader, isJsonObject, type Plugin } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { folderWith, rowsOf } from './support/folders.ts'

interface Store {
  readonly store: readonly { readonly text: string; readonly keep?: boolean }[]
}

const storeAt = async (path: () => Promise<string>): Promise<Store> =>
  JSON.parse(readFileSync(await path(), 'utf8')) as Store

/** A store of texts, two of which are a part. */
const parted = (opened: unknown[] = []): FileLoader => ({
  name: 'parted',
  looksFor: 'a store',
  detect: ({ record }) => (isJsonObject(record) && record.store !== undefined ? 'has store' : undefined),
  async parts(file, context) {
    const { store } = await storeAt(file.path)
    if (store.length === 0) return context.unreadable('The store is empty.')
    return Array.from({ length: Math.ceil(store.length / 2) }, (_, number) => ({
      range: { from: number * 2 },
      end: { count: store.length },
    }))
  },
  async *hashes(file) {
    for (const { text } of await textsOf(file)) yield hashOf(text)
  },
  async *open(file, context) {
    opened.push(file.part?.range.from)
    for (const { text, keep } of await textsOf(file)) {
      file.count(hashOf(text), text.length)
      if (text === 'broken') file.unreadable('A text is broken.')
      else if (keep === false) context.drop('unwanted', text)
      else yield { messages: [{ role: 'assistant', content: text }] }
    }
  },
})

async function textsOf({ path, part }: Parameters<FileLoader['open']>[0]): Promise<Store['store']> {
  const { store } = await storeAt(path)
  const from = Number(part?.range.from)
  return store.slice(from, Math.min(from + 2, Number(part?.end?.count)))
}

const hashOf = (text: string): string => Buffer.from(text.padEnd(32)).toString('hex')

const plugin = (loader: FileLoader, key?: () => string): Plugin =>
  definePlugin({ name: loader.name, version: '1', setup: (api) => api.load(loader), ...(key && { key }) })

const store = (...texts: string[]): string =>
  JSON.stringify({ store: texts.map((text) => ({ text, ...(text.startsWith('no') && { keep: false }) })) })

describe('a file that its loader cuts into parts', () => {
  it('is read part by part, in order; what it leaves out and cannot read is listed', async () => {
    const { traces, drops, unreadable, manifest } = await testRun({
      plugins: [plugin(parted())],
      files: { 'store.json': store('a', 'b', 'no', 'broken', 'c') },
      config: { maxUnreadable: 0.5 },
      until: 'tag',
    })
    expect(traces.map(({ messages }) => messages[0]?.content)).toEqual(['a', 'b', 'c'])
    expect(traces[0]?.id).toBe(hashOf('a').slice(0, 20))
    expect(drops).toEqual([
      expect.objectContaining({ stage: 'load', plugin: 'parted', reason: 'unwanted', detail: 'no' }),
    ])
    expect(unreadable).toEqual([
      expect.objectContaining({ source: 'input/store.json', code: 'SFT_ROW_SHAPE' }),
    ])
    expect(manifest?.inputs).toEqual([expect.objectContaining({ uri: 'input/store.json', records: 5 })])
  })

  it('is listed where it cannot be cut', async () => {
    const { error, unreadable } = await failedRun({
      plugins: [plugin(parted())],
      files: { 'store.json': store() },
      until: 'tag',
    })
    expect(error.code).toBe('SFT_TOO_MANY_UNREADABLE')
    expect(unreadable).toEqual([expect.objectContaining({ code: 'SFT_FILE_UNREADABLE' })])
  })

  it('names the plugin that fails to', async () => {
    const broken: FileLoader = {
      ...parted(),
      parts() {
        throw new Error('defect')
      },
    }
    const run = testRun({ plugins: [plugin(broken)], files: { 'store.json': store('a') }, until: 'tag' })
    await expectSftError(run, 'SFT_PLUGIN_FAILED', { plugin: 'parted', hook: 'load' })
  })
})

describe('a run over a file in parts', () => {
  it('goes on with the parts that changed', async () => {
    const folder = folderWith({
      'sft.config.ts': CONFIG,
      'store.json': store('a', 'b', 'c'),
    })
    const { run } = await import('sftkit')
    const file = join(folder, 'sft.config.ts')
    const seen = () => readFileSync(join(folder, 'opened.txt'), 'utf8').trim().split('\n')
    await run(file, { until: 'tag' })
    expect(seen()).toEqual(['0', '2'])
    writeFileSync(join(folder, 'store.json'), store('a', 'b', 'c', 'd', 'e'))
    await run(file, { until: 'tag' })
    expect(seen()).toEqual(['0', '2', '2', '4'])
    expect(rowsOf(join(folder, 'sft-out/traces.jsonl'))).toHaveLength(5)
    // Nothing else in the config changed, but what the plugin looks things up in has.
    writeFileSync(join(folder, 'looked-up.txt'), 'other')
    await run(file, { until: 'tag' })
    expect(seen()).toEqual(['0', '2', '2', '4', '0', '2', '4'])
  })
})

const CONFIG = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, definePlugin } from 'sftkit'

const here = import.meta.dirname
const texts = async ({ path, part }) => {
  const { store } = JSON.parse(readFileSync(await path(), 'utf8'))
  return store.slice(part.range.from, Math.min(part.range.from + 2, part.end.count)).map(({ text }) => text)
}
const hashOf = (text) => Buffer.from(text.padEnd(32)).toString('hex')

const parted = definePlugin({
  name: 'parted',
  version: '1',
  key: () => existsSync(join(here, 'looked-up.txt')) ? readFileSync(join(here, 'looked-up.txt'), 'utf8') : '',
  setup(api) {
    api.load({
      name: 'parted',
      looksFor: 'a store',
      detect: ({ record }) => (record?.store === undefined ? undefined : 'has store'),
      async parts(file) {
        const { store } = JSON.parse(readFileSync(await file.path(), 'utf8'))
        return Array.from({ length: Math.ceil(store.length / 2) }, (_, number) => ({
          range: { from: number * 2 },
          end: { count: store.length },
        }))
      },
      async *hashes(file) {
        for (const text of await texts(file)) yield hashOf(text)
      },
      async *open(file) {
        appendFileSync(join(here, 'opened.txt'), file.part.range.from + '\\n')
        for (const text of await texts(file)) {
          file.count(hashOf(text), text.length)
          yield { messages: [{ role: 'assistant', content: text }] }
        }
      },
    })
  },
})

export default defineConfig({ input: 'store.json', plugins: [parted], workers: 0 })
`
