import { join } from 'node:path'
import {
  definePlugin,
  type Example,
  type Plugin,
  type PluginApi,
  type RunResult,
  run,
  type Trace,
  type UserConfig,
} from 'sftkit'
import { describe, expect, it } from 'vitest'
import { type AnyRow, datasetRows, folderWith, jsonOf, rowsOf } from './support/folders.ts'
import { attemptLine, chatLine, chatLines } from './support/rows.ts'
import { sft } from './support/sft.ts'

function plugin(name: string, setup: (api: PluginApi) => void): Plugin {
  return definePlugin({ name, version: '1', setup })
}

async function runWith(
  rows: string,
  plugins: readonly Plugin[],
  config: UserConfig = {},
): Promise<{ result: RunResult; out: string; rows: AnyRow[]; rejected: AnyRow[] }> {
  const cwd = folderWith({ 'in/rows.jsonl': rows })
  const out = join(cwd, 'out')
  const result = await run({ input: join(cwd, 'in'), plugins, output: { dir: out }, ...config })
  return {
    result,
    out,
    rows: datasetRows(out, result.rows.messages ? 'messages' : Object.keys(result.rows)[0]),
    rejected: rowsOf(join(out, 'rejected.jsonl')),
  }
}

/** Taps every hook and writes down its call. */
function recorder(name: string, calls: string[]): Plugin {
  const note = (hook: string): void => {
    calls.push(`${name} ${hook}`)
  }
  return plugin(name, (api) => {
    note('setup')
    api.modifyConfig(() => note('modifyConfig'))
    api.configResolved(() => note('configResolved'))
    api.load({
      name: `${name}-format`,
      looksFor: 'nothing',
      detect: () => {
        note('detect')
        return undefined
      },
      read: () => undefined,
    })
    api.tag(() => note('tag'))
    api.filter(() => note('filter'))
    api.augment((items) => {
      note('augment')
      return items
    })
    api.augmentGroup({
      handler: () => {
        note('augmentGroup')
        return []
      },
    })
    api.measure(`${name}-measure`, () => {
      note('measure')
      return 1
    })
    api.select(() => note('select'))
    api.split(() => {
      note('split')
      return undefined
    })
    api.train(() => {
      note('train')
      return undefined
    })
    api.publish(() => note('publish'))
    api.done(() => note('done'))
    api.failed(() => note('failed'))
    api.defineStage(`${name}-stage`, { after: 'tag' })
    api.stage(`${name}-stage`, (traces) => {
      note('stage')
      return traces
    })
  })
}

describe('the hooks of a run', () => {
  it('are called in the order of the stages, plugin by plugin', async () => {
    const calls: string[] = []
    await runWith(chatLines(1), [recorder('a', calls), recorder('b', calls)], {
      split: { by: 'temporal', ratios: { train: 1 } },
    })
    const both = (hook: string): string[] => [`a ${hook}`, `b ${hook}`]
    expect(calls).toEqual(
      [
        'setup',
        'modifyConfig',
        'configResolved',
        'detect',
        'tag',
        'stage',
        'filter',
        'augment',
        'measure',
        'augmentGroup',
        'select',
        'split',
        'train',
        'publish',
        'done',
      ].flatMap(both),
    )
  })

  it('call failed, and not done, when the run fails', async () => {
    const calls: string[] = []
    await expect(runWith(chatLines(1), [recorder('a', calls)], { keep: () => false })).rejects.toMatchObject({
      code: 'SFT_NO_EXAMPLES',
    })
    expect(calls).toContain('a failed')
    expect(calls).not.toContain('a done')
  })

  it('run pre first and post last, whatever the order of the list', async () => {
    const calls: string[] = []
    const tap = (name: string, order?: 'pre' | 'post'): Plugin =>
      plugin(name, (api) => {
        const handler = (): void => void calls.push(name)
        api.tag(order === undefined ? handler : { order, handler })
      })
    await runWith(chatLines(1), [tap('last', 'post'), tap('second'), tap('first', 'pre'), tap('third')])
    expect(calls).toEqual(['first', 'second', 'third', 'last'])
  })

  it('report progress to the end', async () => {
    const events: { traces: number; bytesDone: number; bytesTotal: number }[] = []
    await runWith(chatLines(5), [
      plugin('watcher', (api) => api.progress((event) => void events.push(event))),
    ])
    expect(events.at(-1)).toMatchObject({
      traces: 5,
      bytesDone: chatLines(5).length,
      bytesTotal: chatLines(5).length,
    })
  })

  it('change the config before it is frozen, and not after', async () => {
    let frozen = false
    const { result } = await runWith(chatLines(20), [
      plugin('changer', (api) => {
        api.modifyConfig((config) => ({ ...config, split: { ratios: { only: 1 } } }))
        api.configResolved((config) => {
          frozen = [
            config,
            config.split,
            config.split.ratios,
            config.output,
            config.input,
            config.format,
          ].every(Object.isFrozen)
        })
      }),
    ])
    expect(result.splits).toMatchObject({ only: { examples: 20 } })
    expect(frozen).toBe(true)
  })
})

describe('hooks with one owner', () => {
  it('take the first loader, the first format of a name and the first split', async () => {
    const owner = (name: string): Plugin =>
      plugin(name, (api) => {
        api.load({
          name: `${name}-rows`,
          looksFor: 'all',
          detect: () => 'all',
          read: ({ value }) => ({ agent: name, messages: value.messages as never }),
        })
        api.format('messages', { takes: ['chat'], handler: () => ({ by: name, metadata: {} }) })
        api.split({ ofGroup: () => name })
      })
    const { result, rows } = await runWith(chatLines(2), [owner('one'), owner('two')], {
      split: { ratios: { one: 0.5, two: 0.5 } },
    })
    expect(result.counts.byFormat).toEqual({ 'one-rows': 2 })
    expect(rows.map((row) => row.by)).toEqual(['one', 'one'])
  })

  it('let a split say that it has no claim', async () => {
    const shy = plugin('shy', (api) => api.split({ when: () => false, ofGroup: () => 'nowhere' }))
    expect((await runWith(chatLines(20), [shy])).result.examples).toBe(20)
  })
})

describe('augment', () => {
  it('passes what one plugin returns to the next, with children that name their parents', async () => {
    const seen: number[] = []
    const twice = plugin('twice', (api) =>
      api.augment((items, context) =>
        items.flatMap((item): (Trace | Example)[] =>
          'kind' in item ? [item] : [item, context.deriveTrace(item as Trace, { metadata: { copy: true } })],
        ),
      ),
    )
    const counter = plugin('counter', (api) =>
      api.augment((items) => {
        seen.push(items.length)
        return items
      }),
    )
    const { rows } = await runWith(chatLines(3), [twice, counter])
    expect(seen).toEqual([6])
    const ids = new Set(rows.map((row) => row.metadata.id))
    expect(ids.size).toBe(6)
    const children = rows.filter((row) => row.metadata.parents.length > 0)
    expect(children).toHaveLength(3)
    for (const child of children) {
      expect(ids.has(child.metadata.parents[0])).toBe(true)
      expect(child.metadata.copy).toBe(true)
    }
    const again = await runWith(chatLines(3), [twice, counter])
    expect(again.rows).toEqual(rows)
  })

  it('records what was neither returned, derived from nor dropped', async () => {
    const loser = plugin('loser', (api) =>
      api.augment((items, context) => {
        const [, second, third, ...rest] = items as never[]
        context.drop(second!, 'unwanted', 'for a test')
        return [context.deriveTrace(third!, {}), ...rest]
      }),
    )
    const { rejected, rows } = await runWith(chatLines(5), [loser])
    expect(rows).toHaveLength(3)
    expect(rejected.map(({ session_id }) => session_id)).toEqual(['s1', 's0'])
    expect(rejected.map(({ stage, plugin: by, reason, detail }) => ({ stage, by, reason, detail }))).toEqual([
      { stage: 'augment', by: 'loser', reason: 'unwanted', detail: 'for a test' },
      { stage: 'augment', by: 'loser', reason: 'not-returned', detail: undefined },
    ])
  })
})

describe('augmentGroup', () => {
  it('gets complete groups of all files and ranges, kept and dropped, and its rows are formatted', async () => {
    const padding = 'x'.repeat(100_000)
    const attempts = (attempt: string): string =>
      Array.from(
        { length: 100 },
        (_, n) => `${attemptLine(`task-${n}`, attempt, attempt === 'r1' ? padding : `${n} ${attempt}`)}\n`,
      ).join('')
    const cwd = folderWith({
      'in/a.jsonl': attempts('r1'),
      'in/b.jsonl': attempts('r2'),
      'in/c.jsonl': attempts('r3'),
      'sft.config.mjs': `
        export default { format: ['messages', 'preference'], plugins: [{ name: 'pairs', version: '1', setup(api) {
          api.filter((trace) => trace.group.attempt === 'r2' ? { reason: 'second' } : undefined)
          api.augmentGroup({ handler: ({ key, members }, context) => [context.deriveExample(members.map((m) => m.trace), {
            kind: 'preference',
            prompt: [{ role: 'user', content: key + ' ' + members.map((m) => m.trace.group.attempt + (m.dropped ? ':' + m.dropped.reason : '')).join(' ') }],
            chosen: [{ role: 'assistant', content: 'yes' }],
            rejected: [{ role: 'assistant', content: 'no' }],
          })] })
        } }] }`,
    })
    for (const workers of ['0', '2']) {
      const out = join(cwd, `out-${workers}`)
      expect(await sft(['run', 'in', '--out', out, '--workers', workers], { cwd })).toMatchObject({
        code: 0,
        stderr: '',
      })
      const prompts = datasetRows(out, 'preference').map((row) => row.prompt[0].content)
      expect(prompts).toHaveLength(100)
      for (const prompt of prompts) expect(prompt).toMatch(/^task-\d+ r1 r2:second r3$/)
      expect(datasetRows(out, 'messages')).toHaveLength(200)
      const { splits } = jsonOf(join(out, 'manifest.json'))
      expect(splits.train.examples + splits.validation.examples).toBe(300)
    }
  })

  it('takes only the traces, and the groups, that it asks for', async () => {
    const groups: string[] = []
    const picky = plugin('picky', (api) =>
      api.augmentGroup({
        where: (trace) => trace.session !== 's0',
        by: (trace) => (Number(trace.session.slice(1)) % 2 === 0 ? 'even' : 'odd'),
        handler: ({ key, members }) => {
          groups.push(`${key} ${members.map(({ trace }) => trace.session).join(' ')}`)
          return []
        },
      }),
    )
    await runWith(chatLines(6), [picky])
    expect(groups.sort()).toEqual(['even s2 s4', 'odd s1 s3 s5'])
  })
})

describe('select and split', () => {
  it('drops what select names, with its reason', async () => {
    const dropper = plugin('dropper', (api) =>
      api.select(({ index, drop }) => {
        for (const { example_id } of [
          ...index.query("select example_id from examples where session_id in ('s1', 's2')"),
        ]) {
          drop(String(example_id), 'too-many', 'a cap')
        }
      }),
    )
    const { result, rejected, out } = await runWith(chatLines(20), [dropper])
    expect(result.examples).toBe(18)
    expect(jsonOf(join(out, 'manifest.json')).examples).toBe(18)
    expect(jsonOf(join(out, 'stats.json'))).toMatchObject({ examples: 18, dropped: 2 })
    expect(rejected).toMatchObject([
      { session_id: 's1', stage: 'select', plugin: 'dropper', reason: 'too-many' },
      { session_id: 's2', detail: 'a cap' },
    ])
  })

  it('refuses a child whose parents stand in several groups, unless it is told its own', async () => {
    const mixing = (group?: { key: string }): Plugin =>
      plugin('mixing', (api) =>
        api.augmentGroup({
          by: () => 'all',
          handler: ({ members }, context) => [
            context.deriveTrace(
              members.map((member) => member.trace),
              group ? { group } : {},
            ),
          ],
        }),
      )
    await expect(runWith(chatLines(4), [mixing()])).rejects.toMatchObject({
      code: 'SFT_PLUGIN_RESULT',
      plugin: 'mixing',
      hook: 'augmentGroup',
    })
    expect((await runWith(chatLines(4), [mixing({ key: 'own' })])).result.examples).toBe(5)
  })

  it('refuses a filter that returns no drop, by name', async () => {
    const yes = plugin('yes', (api) => api.filter((() => true) as never))
    const named = { code: 'SFT_PLUGIN_RESULT', hook: 'filter' }
    await expect(runWith(chatLines(2), [yes])).rejects.toMatchObject({ ...named, plugin: 'yes' })
    const own = { filter: (() => ({ reson: 'x' })) as never }
    await expect(runWith(chatLines(2), [], own)).rejects.toMatchObject({ ...named, plugin: 'config' })
  })

  it('publishes nothing in a dry run', async () => {
    const calls: string[] = []
    const publisher = plugin('publisher', (api) => api.publish(() => void calls.push('publish')))
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(3) })
    const config = { input: join(cwd, 'in'), plugins: [publisher], output: { dir: join(cwd, 'out') } }
    await run(config, { dryRun: true })
    expect(calls).toEqual([])
    await run(config)
    expect(calls).toEqual(['publish'])
  })

  it('never takes up the work of a config object whose functions closed over something else', async () => {
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(6) })
    const kept: number[] = []
    for (const least of [0, 3, 9]) {
      const keep = (trace: Trace): boolean => Number(trace.session.slice(1)) >= least
      const config = { input: join(cwd, 'in'), keep, output: { dir: join(cwd, 'out') } }
      kept.push(
        await run(config).then(
          (result) => result.examples,
          () => 0,
        ),
      )
    }
    expect(kept).toEqual([6, 3, 0])
  })

  it('makes groups in the order of their first trace', async () => {
    const order: string[] = []
    const watcher = plugin('watcher', (api) =>
      api.augmentGroup({
        handler: ({ key }) => {
          order.push(key)
          return []
        },
      }),
    )
    await runWith(chatLines(12), [watcher])
    expect(order).toEqual(Array.from({ length: 12 }, (_, number) => `s${number}`))
  })

  it('ends with an error where select leaves nothing', async () => {
    const greedy = plugin('greedy', (api) =>
      api.select(({ index, drop }) => {
        for (const { example_id } of [...index.query('select example_id from examples')])
          drop(String(example_id), 'greed')
      }),
    )
    await expect(runWith(chatLines(3), [greedy])).rejects.toMatchObject({ code: 'SFT_NO_EXAMPLES' })
  })

  it('follows a plan by group and by example, over what was measured', async () => {
    for (const by of ['group', 'example'] as const) {
      const planner = plugin('planner', (api) => {
        api.measure('number', (example) => Number(example.session.slice(1)))
        api.split({
          order: 'pre',
          handler: ({ index }) => ({
            by,
            assign: new Map(
              [
                ...index.query(
                  'select e.group_key, e.example_id, m.value from examples e join measures m on m.example_id = e.example_id and m.name = ?',
                  'number',
                ),
              ].map((row) => [
                String(by === 'group' ? row.group_key : row.example_id),
                Number(row.value) < 3 ? 'train' : 'validation',
              ]),
            ),
          }),
        })
      })
      const { result } = await runWith(chatLines(10), [planner])
      expect(result.splits).toMatchObject({ train: { examples: 3 }, validation: { examples: 7 } })
    }
  })

  it.each([
    [
      'puts one group into two splits',
      (id: string, n: number) => [id, n % 2 === 0 ? 'train' : 'validation'] as const,
    ],
    ['names a split that is not there', (id: string) => [id, 'constructor'] as const],
    [
      'leaves an example out',
      (id: string, n: number) => (n === 0 ? (['other', 'train'] as const) : ([id, 'train'] as const)),
    ],
  ])('refuses a plan that %s', async (_name, entry) => {
    const planner = plugin('planner', (api) =>
      api.split({
        order: 'pre',
        handler: ({ index }) => ({
          by: 'example',
          assign: new Map(
            [...index.query('select example_id from examples order by ordinal')].map((row, n) =>
              entry(String(row.example_id), n),
            ),
          ),
        }),
      }),
    )
    const rows = ['r1', 'r2', 'r3', 'r4'].map((attempt) => `${attemptLine('task', attempt)}\n`).join('')
    await expect(runWith(rows, [planner])).rejects.toMatchObject({
      code: 'SFT_SPLIT_INVALID',
      plugin: 'planner',
      hook: 'split',
    })
  })

  it('refuses a pure split into a split that is not there', async () => {
    const wrong = plugin('wrong', (api) =>
      api.split({ order: 'pre', handler: { ofGroup: () => 'toString' } }),
    )
    await expect(runWith(chatLines(2), [wrong])).rejects.toMatchObject({
      code: 'SFT_SPLIT_INVALID',
      plugin: 'wrong',
    })
  })
})

describe('a stage of one’s own', () => {
  it('stands where it was defined, may be tapped before it is defined, and its drops are told', async () => {
    const calls: string[] = []
    const tapper = plugin('tapper', (api) => {
      api.stage('dedupe', (traces, context) => {
        calls.push('dedupe')
        context.drop(traces[0]!, 'copy')
        return traces.slice(1)
      })
      api.stage('after-dedupe', (traces, context) => {
        calls.push('after-dedupe')
        return [...traces, context.deriveTrace(traces[0]!, { key: 'child' })]
      })
      api.tag((traces, context) => {
        calls.push('tag')
        for (const trace of traces)
          context.tag(trace, `seen:${trace.parents.length === 0 ? 'first' : 'child'}` as never)
      })
      api.filter(() => {
        calls.push('filter')
        return undefined
      })
    })
    const definer = plugin('definer', (api) => {
      api.defineStage('after-dedupe', { after: 'dedupe' })
      api.defineStage('dedupe', { after: 'load' })
    })
    const { rows, rejected } = await runWith(chatLines(3), [tapper, definer])
    expect(calls).toEqual(['dedupe', 'after-dedupe', 'tag', 'filter', 'filter', 'filter'])
    expect(rejected).toMatchObject([{ stage: 'dedupe', plugin: 'tapper', reason: 'copy' }])
    expect(rows).toHaveLength(3)
    for (const row of rows) {
      const seen = row.tags.filter((tag: string) => tag.startsWith('seen:'))
      expect(seen).toEqual([row.metadata.parents.length === 0 ? 'seen:first' : 'seen:child'])
    }
  })
})

it('records a row that a format does not make, and an example that no format takes', async () => {
  const maker = plugin('maker', (api) => {
    api.format('odd', {
      takes: ['chat'],
      handler: (example) => (example.session === 's1' ? undefined : { metadata: { id: example.id } }),
    })
    api.augment((items, context) => [
      ...items,
      context.deriveExample(items[0] as never, { kind: 'text', text: 'free' }),
    ])
  })
  const { rejected } = await runWith(`${chatLine('s0')}\n${chatLine('s1')}\n`, [maker], { format: 'odd' })
  expect(rejected).toMatchObject([
    { stage: 'format', plugin: 'odd', reason: 'no-row', format: 'odd' },
    { stage: 'format', plugin: 'core', reason: 'no-format-takes-it' },
  ])
})
