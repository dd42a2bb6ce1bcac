import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createLogger,
  definePlugin,
  isSftError,
  type Plugin,
  type PluginApi,
  run,
  type SftError,
} from 'sftkit'
import { describe, expect, it } from 'vitest'
import { contentsOf, folderWith } from './support/folders.ts'
import { chatLines } from './support/rows.ts'
import { ended, sft, startSft } from './support/sft.ts'

function plugin(setup: (api: PluginApi) => void): Plugin {
  return definePlugin({ name: 'culprit', version: '1', setup })
}

async function failureOf(setup: (api: PluginApi) => void, rows = 1): Promise<SftError> {
  const cwd = folderWith({ 'in/rows.jsonl': chatLines(rows) })
  try {
    await run({ input: join(cwd, 'in'), plugins: [plugin(setup)], output: { dir: join(cwd, 'out') } })
  } catch (error) {
    if (isSftError(error)) return error
    throw error
  }
  throw new Error('The run did not fail.')
}

const boom = (): never => {
  throw new Error('boom')
}
const detect = (): string => 'everything'

describe('a plugin that throws', () => {
  const trace = { id: expect.stringMatching(/^[0-9a-f]{20}$/), source: 'in/rows.jsonl', line: 1 }
  it.each<[string, (api: PluginApi) => void, object]>([
    ['modifyConfig', (api) => api.modifyConfig(boom), {}],
    ['configResolved', (api) => api.configResolved(boom), {}],
    ['tag', (api) => api.tag(boom), trace],
    ['tag', (api) => api.tag(async () => boom()), trace],
    ['filter', (api) => api.filter(boom), trace],
    ['augment', (api) => api.augment(boom), trace],
    ['augmentGroup', (api) => api.augmentGroup({ handler: boom }), {}],
    ['augmentGroup', (api) => api.augmentGroup({ where: boom, handler: () => [] }), trace],
    ['augmentGroup', (api) => api.augmentGroup({ by: boom, handler: () => [] }), trace],
    ['measure', (api) => api.measure('length', boom), trace],
    ['format', (api) => api.format('messages', { takes: ['chat'], handler: boom }), trace],
    ['select', (api) => api.select(boom), {}],
    ['split', (api) => api.split({ order: 'pre', handler: boom }), {}],
    ['split', (api) => api.split({ order: 'pre', handler: { ofGroup: boom } }), {}],
    [
      'load',
      (api) =>
        api.load({
          order: 'pre',
          handler: { name: 'x', looksFor: 'x', detect: boom, read: () => undefined },
        }),
      {},
    ],
    [
      'load',
      (api) => api.load({ order: 'pre', handler: { name: 'x', looksFor: 'x', detect, open: boom } }),
      { source: 'in/rows.jsonl' },
    ],
    ['train', (api) => api.train(boom), {}],
    [
      'convert',
      (api) => {
        api.train(() => ({ path: 'model' }))
        api.convert('nothing', boom)
      },
      {},
    ],
    ['publish', (api) => api.publish(boom), {}],
    [
      'stage',
      (api) => {
        api.defineStage('mine', { after: 'tag' })
        api.stage('mine', boom)
      },
      trace,
    ],
  ])('is named with its hook, and the trace: %s', async (hook, setup, place) => {
    const error = await failureOf(setup)
    expect(error).toMatchObject({ code: 'SFT_PLUGIN_FAILED', plugin: 'culprit', hook, ...place })
    expect((error.cause as Error).message).toBe('boom')
  })

  it('is named where it throws in setup', async () => {
    expect(await failureOf(boom)).toMatchObject({ code: 'SFT_PLUGIN_FAILED', plugin: 'culprit' })
  })

  it('costs a record, and not the run, where it reads rows', async () => {
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(20) })
    const loader = plugin((api) =>
      api.load({
        order: 'pre',
        handler: {
          name: 'picky',
          looksFor: 'messages',
          detect,
          read: ({ value }) => (value.session_id === 's7' ? boom() : { messages: value.messages as never }),
        },
      }),
    )
    const result = await run({ input: join(cwd, 'in'), plugins: [loader], output: { dir: join(cwd, 'out') } })
    expect(result).toMatchObject({ traces: 19, unreadable: 1 })
    expect(readFileSync(join(cwd, 'out/unreadable.jsonl'), 'utf8')).toContain(
      'The loader culprit failed on it: boom',
    )
  })

  it('is named the same from a worker thread, and with exit code 1', async () => {
    const cwd = folderWith({
      'in/rows.jsonl': chatLines(3),
      'sft.config.mjs':
        "export default { plugins: [{ name: 'culprit', version: '1', setup: (api) => api.filter(() => { throw new Error('boom') }) }] }",
    })
    for (const workers of ['0', '2']) {
      const { code, stderr } = await sft(['run', 'in', '--workers', workers], { cwd })
      expect(code).toBe(1)
      expect(stderr).toMatch(/in\/rows\.jsonl:1 · plugin culprit, hook filter, trace [0-9a-f]{20}\n\s+boom/)
      expect(stderr).toContain('[SFT_PLUGIN_FAILED]')
    }
  })
})

describe('a promise where none may be', () => {
  const later = async (): Promise<never> => boom()
  it.each<[string, (api: PluginApi) => void]>([
    ['filter', (api) => api.filter(later as never)],
    ['measure', (api) => api.measure('length', later as never)],
    ['format', (api) => api.format('messages', { takes: ['chat'], handler: later as never })],
    ['augmentGroup', (api) => api.augmentGroup({ where: later as never, handler: () => [] })],
    ['split', (api) => api.split({ order: 'pre', handler: { ofGroup: later as never } })],
    [
      'load',
      (api) =>
        api.load({
          order: 'pre',
          handler: { name: 'x', looksFor: 'x', detect: later as never, read: () => undefined },
        }),
    ],
    [
      'load',
      (api) =>
        api.load({ order: 'pre', handler: { name: 'x', looksFor: 'x', detect, read: later as never } }),
    ],
  ])('is an error: %s', async (hook, setup) => {
    expect(await failureOf(setup)).toMatchObject({ code: 'SFT_PLUGIN_PROMISE', plugin: 'culprit', hook })
  })

  it('is an error in setup, keep and filter', async () => {
    expect(await failureOf(later as never)).toMatchObject({ code: 'SFT_PLUGIN_PROMISE', plugin: 'culprit' })
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(1) })
    for (const config of [{ keep: later as never }, { filter: later as never }]) {
      const failed = run({ input: join(cwd, 'in'), ...config, output: { dir: join(cwd, 'out') } })
      await expect(failed).rejects.toMatchObject({
        code: 'SFT_PLUGIN_PROMISE',
        plugin: 'config',
        hook: 'filter',
      })
    }
  })
})

describe('a plugin that returns what the hook does not take', () => {
  it.each<[string, (api: PluginApi) => void]>([
    ['augment', (api) => api.augment((() => undefined) as never)],
    ['augmentGroup', (api) => api.augmentGroup({ handler: (() => undefined) as never })],
    ['tag', (api) => api.tag('tags' as never)],
    [
      'stage',
      (api) => {
        api.defineStage('mine', { after: 'tag' })
        api.stage('mine', (() => undefined) as never)
      },
    ],
  ])('is named: %s', async (hook, setup) => {
    expect(await failureOf(setup)).toMatchObject({ code: 'SFT_PLUGIN_RESULT', plugin: 'culprit', hook })
  })

  it('may not register after setup', async () => {
    const failed = failureOf((api) => api.configResolved(() => api.filter(() => undefined)))
    expect(await failed).toMatchObject({ code: 'SFT_PLUGIN_FAILED', plugin: 'culprit' })
  })
})

describe('an observer that throws', () => {
  it('is a warning and nothing more', async () => {
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(3) })
    const lines: string[] = []
    const observers = plugin((api) => {
      api.progress(boom)
      api.done(boom)
      api.failed(boom)
    })
    const log = createLogger((level, message) => lines.push(`${level} ${message}`))
    const config = { input: join(cwd, 'in'), plugins: [observers], output: { dir: join(cwd, 'out') } }
    await run(config, { log })
    expect(lines).toEqual([expect.stringContaining('boom'), expect.stringContaining('boom')])
    lines.length = 0
    await expect(run({ ...config, keep: () => false }, { log })).rejects.toMatchObject({
      code: 'SFT_NO_EXAMPLES',
    })
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(2)
  })
})

describe('a plugin that hangs', () => {
  const HANGS = [
    ['a loop in tag', '0', 'tag', 'api.tag(() => { for (;;); })'],
    ['a loop in tag of a thread', '2', 'tag', 'api.tag(() => { for (;;); })'],
    ['a promise in augment', '0', 'augment', 'api.augment(() => new Promise(() => {}))'],
    ['a promise in augment of a thread', '2', 'augment', 'api.augment(() => new Promise(() => {}))'],
    ['a promise in configResolved', '0', 'configResolved', 'api.configResolved(() => new Promise(() => {}))'],
    ['a loop in select', '2', 'select', 'api.select(() => { for (;;); })'],
    ['a promise in done', '0', 'done', 'api.done(() => new Promise(() => {}))'],
  ] as const
  it('is named after a few seconds', async () => {
    await Promise.all(
      HANGS.map(async ([_name, workers, hook, body]) => {
        const cwd = folderWith({
          'in/rows.jsonl': chatLines(3),
          'sft.config.mjs': `export default { plugins: [{ name: 'sleepy', version: '1', setup: (api) => ${body} }] }`,
        })
        const child = startSft(['run', 'in', '--workers', workers], { cwd })
        const seen = ended(child)
        child.stderr?.on('data', (text: string) => {
          if (text.includes('Waiting')) child.kill('SIGKILL')
        })
        const { stderr } = await seen
        expect(stderr).toContain(`Waiting for plugin sleepy, hook ${hook}`)
      }),
    )
  })
})

describe('secrets of the environment', () => {
  const SECRET = 'correct-horse-battery-staple'
  it('show in no output and no message, wherever a plugin puts them', async () => {
    const leaks = [
      "api.filter((t) => t.session === 's1' ? { reason: 'leak', detail: process.env.OPENAI_API_KEY } : undefined)",
      "api.augment((items, c) => { c.lossOf(items[0], 'x', 'changed', process.env.HF_TOKEN); c.log.warn(process.env.HF_TOKEN); c.drop(items[0], 'leak', process.env.HF_TOKEN); return items.slice(1) })",
      "api.select((c) => { const [row] = c.index.query('select example_id from examples'); c.drop(row.example_id, 'leak', process.env.HF_TOKEN) })",
      "api.tag(() => { throw new Error('401 for ' + process.env.OPENAI_API_KEY) })",
      "api.load({ order: 'pre', handler: { name: 'x', looksFor: 'x', detect: () => 'x', read: () => { throw new Error(process.env.OPENAI_API_KEY) } } })",
      'api.done(() => { throw new Error(process.env.OPENAI_API_KEY) })',
      'api.configResolved(() => { throw new Error(process.env.OPENAI_API_KEY) })',
    ]
    for (const leak of leaks) {
      for (const args of [[], ['--json', '--workers', '1']]) {
        const cwd = folderWith({
          'in/rows.jsonl': chatLines(6),
          'sft.config.mjs': `export default { plugins: [{ name: 'leaky', version: '1', setup: (api) => { ${leak} } }] }`,
        })
        const env = { OPENAI_API_KEY: SECRET, HF_TOKEN: SECRET, SFT_DEBUG: '1' }
        const { stdout, stderr } = await sft(['run', 'in', ...args], { cwd, env })
        const written = Object.entries(contentsOf(cwd)).filter(([, text]) => text.includes(SECRET))
        expect({ leak, written: written.map(([path]) => path) }).toEqual({ leak, written: [] })
        expect(stdout).not.toContain(SECRET)
        expect(stderr).not.toContain(SECRET)
      }
    }
  })
})
