import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  definePlugin,
  type ErrorCode,
  type Plugin,
  type RunResult,
  runPipeline,
  type UserConfig,
} from '@sftkit/core'
import { formats } from '@sftkit/plugin-formats'
import { loaders } from '@sftkit/plugin-loaders'
import { split } from '@sftkit/plugin-split'
import { expectSftError, type HubRequest } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { type HubOptions, type Publication, hub as publishTo } from '../src/index.ts'
import { chatLines, setEnv, type TestHub, TOKEN, withHub } from './with-hub.ts'

interface Published {
  readonly result: RunResult
  readonly out: string
  readonly log: readonly string[]
  readonly record: readonly Publication[]
}

/** Makes a dataset of some rows in the test's folder and publishes it. */
async function publish(
  { folder }: TestHub,
  options: Partial<HubOptions> & {
    readonly rows?: number
    readonly config?: UserConfig
    readonly more?: Plugin[]
  } = {},
): Promise<Published> {
  const { rows = 20, config = {}, more = [], ...own } = options
  mkdirSync(join(folder, 'in'), { recursive: true })
  writeFileSync(join(folder, 'in/rows.jsonl'), chatLines(rows))
  const out = join(folder, 'out')
  const log: string[] = []
  const note = (message: string): void => void log.push(message)
  const logger = { debug: note, info: note, warn: note, error: note, fork: () => logger }
  const object: UserConfig = {
    input: join(folder, 'in'),
    format: ['messages', 'openai'],
    ...config,
    plugins: [publishTo({ repo: 'team/out', ...own }), ...more, ...loaders(), split(), ...formats()],
  }
  const result = await runPipeline(
    { config: { object }, installation: import.meta.url },
    { out, log: logger },
  )
  const { publications } = JSON.parse(readFileSync(join(out, 'published.json'), 'utf8')) as {
    publications: Publication[]
  }
  return { result, out, log, record: publications }
}

const uploads = (requests: readonly HubRequest[]): HubRequest[] =>
  requests.filter(({ server, method }) => server === 'storage' && method === 'PUT')

describe('a run that publishes', () => {
  it('makes a private repository and one commit with every format, split and the card', async () => {
    const test = await withHub()
    const { out, record } = await publish(test)
    const { hub } = test
    expect(hub.isPrivate('team/out')).toBe(true)
    const commits = hub.commits('team/out')
    expect(commits.map(({ author }) => author)).toEqual(['team', 'alice'])
    const { '.gitattributes': _made, ...files } = hub.files('team/out')
    const paths = [
      'README.md',
      ...['messages', 'openai'].flatMap((name) => [`${name}/train.jsonl`, `${name}/validation.jsonl`]),
    ]
    expect(Object.keys(files)).toEqual(paths)
    for (const path of paths) expect(files[path]).toBe(readFileSync(join(out, 'dataset', path), 'utf8'))
    expect(record).toMatchObject([
      {
        plugin: 'hub',
        repo: 'team/out',
        url: `${hub.url}/datasets/team/out`,
        revision: 'main',
        commit: commits.at(-1)?.oid,
        private: true,
        files: paths.map((path) => ({ path })),
      },
    ])
  })

  it('commits nothing where nothing changed, and only what changed otherwise', async () => {
    const test = await withHub({ repos: { 'team/out': { private: true, files: { 'NOTES.md': 'by hand' } } } })
    const { hub } = test
    const first = await publish(test)
    const again = await publish(test)
    expect(hub.commits('team/out')).toHaveLength(3)
    expect(again.record).toEqual(first.record)

    await publish(test, { config: { format: ['messages'] } })
    expect(Object.keys(hub.files('team/out'))).toEqual([
      '.gitattributes',
      'NOTES.md',
      'README.md',
      'messages/train.jsonl',
      'messages/validation.jsonl',
    ])
    const sent = hub.requests.filter(({ path }) => path.includes('/preupload/'))
    expect(sent).toHaveLength(2)
  })

  it('removes shards of an earlier dataset, also from another run directory', async () => {
    const old = { 'messages/train-00000-of-00002.jsonl': '{}', 'messages/mine.txt': 'stays' }
    const test = await withHub({ repos: { 'team/out': { private: true, files: old } } })
    await publish(test, { config: { format: 'messages' } })
    expect(Object.keys(test.hub.files('team/out'))).not.toContain('messages/train-00000-of-00002.jsonl')
    expect(test.hub.files('team/out')['messages/mine.txt']).toBe('stays')
  })

  it.each([undefined, 2000])(
    'uploads parquet and large files to the storage, in parts of %s bytes',
    async (partBytes) => {
      const test = await withHub({ largeFrom: 1000, ...(partBytes !== undefined && { partBytes }) })
      const { out } = await publish(test, { config: { output: { as: 'parquet' } } })
      expect(test.hub.files('team/out')['messages/train.parquet']).toBe(
        readFileSync(join(out, 'dataset/messages/train.parquet')).toString('utf8'),
      )
      expect(uploads(test.hub.requests).length).toBeGreaterThanOrEqual(4)
      expect(uploads(test.hub.requests).every(({ authorization }) => authorization === undefined)).toBe(true)
    },
  )

  it('goes on with an upload that was broken off: what is there is not sent again', async () => {
    const test = await withHub({ largeFrom: 1000 })
    const { hub } = test
    const config: UserConfig = { output: { as: 'parquet' } }
    hub.change({
      before: ({ path }) =>
        path.includes('/commit/') ? { status: 400, body: { error: 'not now' } } : undefined,
    })
    await expectSftError(publish(test, { config }), 'SFT_HUB_REFUSED')
    const sent = uploads(hub.requests).length
    expect(sent).toBeGreaterThanOrEqual(4)
    hub.change({ before: () => undefined })
    await publish(test, { config })
    expect(uploads(hub.requests)).toHaveLength(sent)
    expect(hub.commits('team/out')).toHaveLength(2)
  })

  it('publishes folders of rows, and leaves the ledgers here', async () => {
    const tasks: Plugin = {
      name: 'tasks',
      version: '1.0.0',
      setup(api) {
        api.format('tasks', {
          takes: ['chat'],
          handler: (example) => ({ id: example.id, metadata: { id: example.id } }),
          folders: {
            in: 'tasks',
            place: (row, number) => ({
              row,
              name: `t-${String(number).padStart(4, '0')}`,
              files: { 'instruction.md': `task ${number}`, 'tests/test.sh': '#!/bin/sh\n' },
            }),
          },
        })
      },
    }
    const test = await withHub()
    await publish(test, { rows: 3, more: [tasks], config: { format: 'tasks' } })
    const files = test.hub.files('team/out')
    expect(files['tasks/t-0001/instruction.md']).toBe('task 1')
    expect(Object.keys(files).filter((path) => path.startsWith('tasks/t-'))).toHaveLength(6)
    expect(Object.keys(files)).not.toContain('rejected.jsonl')
  })

  it('to a branch makes it, to two repositories records both', async () => {
    const test = await withHub()
    const second = publishTo({ repo: 'alice/copy', name: 'copy', private: false })
    const { record } = await publish(test, { revision: 'v1', more: [second] })
    expect(record.map(({ plugin, repo, revision }) => [plugin, repo, revision])).toEqual([
      ['hub', 'team/out', 'v1'],
      ['copy', 'alice/copy', 'main'],
    ])
    expect(Object.keys(test.hub.files('team/out', 'main'))).toEqual(['.gitattributes'])
    expect(Object.keys(test.hub.files('team/out', 'v1'))).toContain('README.md')
    expect(test.hub.isPrivate('alice/copy')).toBe(false)
  })

  it('publishes a converted model with its card to the model repository of the same name', async () => {
    const test = await withHub()
    const { hub } = test
    const gguf = 'GGUF and what follows'
    const trained = definePlugin({
      name: 'trained',
      version: '1.0.0',
      setup(api) {
        api.train(({ out }) => ({ path: join(out, 'model/final') }))
        api.convert('gguf', ({ out }) => {
          mkdirSync(join(out, 'model'), { recursive: true })
          writeFileSync(join(out, 'model/agent-q8_0.gguf'), gguf)
          const sha256 = hash('sha256', gguf)
          return {
            target: 'gguf',
            files: [{ path: 'model/agent-q8_0.gguf', sha256, bytes: gguf.length }],
            metadata: { name: 'agent:latest', gates: { weights: 'passed', live: 'not-run' } },
          }
        })
      },
    })
    const { record } = await publish(test, { more: [trained] })
    expect(record.map(({ url, private: isPrivate }) => [url, isPrivate])).toEqual([
      [`${hub.url}/datasets/team/out`, true],
      [`${hub.url}/team/out`, true],
    ])
    const published = async (path: string): Promise<string> => {
      const headers = { authorization: `Bearer ${TOKEN}` }
      return (await fetch(`${hub.url}/team/out/resolve/main/${path}`, { headers })).text()
    }
    expect(await published('agent-q8_0.gguf')).toBe(gguf)
    const card = await published('README.md')
    expect(card).toMatch(/^---\nlibrary_name: gguf\n/)
    expect(card).toContain('# agent\n')
    expect(card).toContain('| live | not-run |')
    expect(record[1]?.files.map(({ path }) => path)).toEqual(['README.md', 'agent-q8_0.gguf'])

    const again = await publish(test, { more: [trained] })
    expect(again.record.map(({ commit }) => commit)).toEqual(record.map(({ commit }) => commit))
  })

  it('publishes several models each in a folder of its own', async () => {
    const test = await withHub()
    const trained = definePlugin({
      name: 'trained',
      version: '1.0.0',
      setup(api) {
        api.train(({ out }) => {
          const [first, second] = ['a', 'b'].map((name) => ({
            name,
            path: join(out, 'model', name, 'final'),
          }))
          return { path: '', ...first, others: second ? [second] : [] }
        })
        api.convert('gguf', ({ out, checkpoint: { name } }) => {
          mkdirSync(join(out, 'model', name ?? ''), { recursive: true })
          writeFileSync(join(out, `model/${name}/Modelfile`), `FROM ${name}`)
          const files = [
            { path: `model/${name}/Modelfile`, sha256: hash('sha256', `FROM ${name}`), bytes: 6 },
          ]
          return { target: 'gguf', files, metadata: { name: `agent:${name}`, gates: { weights: 'passed' } } }
        })
      },
    })
    const { record } = await publish(test, { more: [trained] })
    expect(record[1]?.files.map(({ path }) => path)).toEqual(['README.md', 'a/Modelfile', 'b/Modelfile'])
  })

  it('under the old name of a repository publishes to the new one', async () => {
    const test = await withHub({
      repos: { 'team/new': { private: true } },
      renamed: { 'team/out': 'team/new' },
    })
    const { record } = await publish(test)
    expect(record[0]?.repo).toBe('team/new')
  })
})

describe('publishing beside others', () => {
  it('looks again where somebody committed in between', async () => {
    const test = await withHub({ repos: { 'team/out': { private: true } } })
    const { hub } = test
    let once = true
    hub.change({
      before({ path }) {
        if (once && path.includes('/commit/')) {
          once = false
          hub.commit('team/out', { 'NOTES.md': 'in between' })
        }
        return undefined
      },
    })
    await publish(test)
    expect(hub.files('team/out')['NOTES.md']).toBe('in between')
    expect(hub.commits('team/out').map(({ author }) => author)).toEqual(['team', 'somebody', 'alice'])
  })

  it('gives up where the branch moves each time', async () => {
    const test = await withHub({ repos: { 'team/out': { private: true } } })
    const { hub } = test
    let count = 0
    hub.change({
      before({ path }) {
        if (path.includes('/commit/')) hub.commit('team/out', { 'NOTES.md': String(count++) })
        return undefined
      },
    })
    await expectSftError(publish(test), 'SFT_HUB_CONFLICT')
    expect(count).toBeGreaterThan(1)
  })

  it('takes a commit that was made without an answer for made', async () => {
    const test = await withHub()
    const { hub } = test
    let once = true
    hub.change({
      before({ path }) {
        if (!once || !path.includes('/commit/')) return undefined
        once = false
        return { status: 200, cutAfter: 0 }
      },
    })
    const { record } = await publish(test)
    expect(hub.commits('team/out')).toHaveLength(2)
    expect(record[0]?.commit).toBe(hub.commits('team/out').at(-1)?.oid)
  })
})

describe('a repository that cannot be published to', () => {
  const vanishing = (test: TestHub, where: string): void =>
    test.hub.change({
      before({ path }) {
        if (path.includes(where)) test.hub.remove('team/out')
        return undefined
      },
    })

  it.each([
    ['before the upload', '/preupload/'],
    ['while files are uploaded', '/objects/'],
    ['before the commit', '/commit/'],
  ])('because it vanishes %s', async (_name, where) => {
    const test = await withHub({ largeFrom: 1000, repos: { 'team/out': { private: true } } })
    vanishing(test, where)
    await expectSftError(publish(test, { rows: 60 }), 'SFT_HUB_VANISHED', { plugin: 'hub', hook: 'publish' })
    expect(test.hub.exists('team/out')).toBe(false)
  })

  it.each<[string, Partial<HubOptions>, ErrorCode]>([
    ['is public', { repo: 'team/open' }, 'SFT_HUB_PUBLIC'],
    ['belongs to somebody else', { repo: 'other/open', private: false }, 'SFT_HUB_DENIED'],
    ['is somebody else’s to make', { repo: 'other/new' }, 'SFT_HUB_DENIED'],
  ])('because it %s', async (_name, options, code) => {
    const test = await withHub({ repos: { 'team/open': {}, 'other/open': {} } })
    await expectSftError(publish(test, options), code)
    expect(test.hub.requests.filter(({ path }) => path.includes('/preupload/')).length).toBeLessThan(2)
    expect(test.hub.commits('team/open')).toHaveLength(1)
  })

  it('because there is no token, a wrong one, or one that may only read', async () => {
    const reader = 'hf_readreadreadreadreadreadread'
    const test = await withHub({
      accounts: {
        [TOKEN]: { name: 'alice', orgs: ['team'] },
        [reader]: { name: 'bob', orgs: ['team'], write: false },
      },
    })
    for (const [token, code] of [
      [undefined, 'SFT_HUB_AUTH'],
      ['hf_wrongwrongwrongwrongwrong', 'SFT_HUB_AUTH'],
      [reader, 'SFT_HUB_DENIED'],
    ] as const) {
      setEnv('HF_TOKEN', token)
      const error = await expectSftError(publish(test), code)
      if (token !== undefined)
        expect(`${error.message} ${error.fix} ${JSON.stringify(error)}`).not.toContain(token)
    }
  })

  it('because its options are wrong', async () => {
    for (const options of [{ repo: 'no-organisation' }, { repo: 'a/b/c' }, { repo: 'a/b', privat: true }])
      await expectSftError(() => publishTo(options as HubOptions), 'SFT_PLUGIN_OPTIONS')
  })
})
