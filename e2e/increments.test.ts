import { appendFileSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePlugin, run } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { datasetRows, folderWith, jsonOf, outcomeOf, rowsOf } from './support/folders.ts'
import { chatLine, chatLines } from './support/rows.ts'
import { sft } from './support/sft.ts'

const PADDING = 'x'.repeat(100_000)

/** Rows of 0.1 MB, so that a file of more than 80 is read in several ranges. */
function largeRows(count: number, prefix: string): string {
  return Array.from({ length: count }, (_, n) => `${chatLine(`${prefix}${n}`, { model: PADDING })}\n`).join(
    '',
  )
}

async function tasksOf(cwd: string, ...args: string[]): Promise<{ reused: number; all: number }> {
  expect(await sft(['run', 'in', ...args], { cwd })).toMatchObject({ code: 0 })
  return jsonOf(join(cwd, 'sft-out/stats.json')).tasks
}

function splitsOf(out: string): Map<string, string> {
  const { splits } = jsonOf(join(out, 'manifest.json'))
  return new Map(
    Object.entries(splits as Record<string, { ids: string[] }>).flatMap(([name, { ids }]) =>
      ids.map((id) => [id, name] as const),
    ),
  )
}

describe('finished work', () => {
  it('is taken up whole when nothing changed, and by content when only a time did', async () => {
    const cwd = folderWith({ 'in/a.jsonl': largeRows(200, 'a'), 'in/b.jsonl': chatLines(20, 'b') })
    const { all } = await tasksOf(cwd)
    const first = outcomeOf(join(cwd, 'sft-out'))
    expect(await tasksOf(cwd)).toEqual({ reused: all, all })
    utimesSync(join(cwd, 'in/a.jsonl'), new Date(), new Date())
    expect(await tasksOf(cwd)).toEqual({ reused: all, all })
    expect(outcomeOf(join(cwd, 'sft-out'))).toEqual(first)
    expect(await tasksOf(cwd, '--fresh')).toEqual({ reused: 0, all })
    expect(outcomeOf(join(cwd, 'sft-out'))).toEqual(first)
  })

  it('stays when a file is added, and no row moves to another split', async () => {
    const cwd = folderWith({ 'in/a.jsonl': largeRows(90, 'a'), 'in/c.jsonl': largeRows(90, 'c') })
    const { all } = await tasksOf(cwd)
    const before = splitsOf(join(cwd, 'sft-out'))
    writeFileSync(join(cwd, 'in/b.jsonl'), largeRows(90, 'b'))
    expect(await tasksOf(cwd)).toEqual({ reused: all, all: all + 2 })
    const after = splitsOf(join(cwd, 'sft-out'))
    expect(after.size).toBe(270)
    for (const [id, split] of before) expect(after.get(id)).toBe(split)
  })

  it('stays for the earlier ranges of a file that grew', async () => {
    const cwd = folderWith({ 'in/a.jsonl': largeRows(200, 'a') })
    const { all } = await tasksOf(cwd)
    appendFileSync(join(cwd, 'in/a.jsonl'), largeRows(5, 'more'))
    expect(await tasksOf(cwd)).toEqual({ reused: all - 1, all })
    expect(datasetRows(join(cwd, 'sft-out'))).toHaveLength(205)
  })

  it('is not taken up when bytes changed at the same length', async () => {
    const cwd = folderWith({ 'in/a.jsonl': chatLines(20) })
    await tasksOf(cwd)
    const file = join(cwd, 'in/a.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace('answer to s7', 'ANSWER TO s7'))
    expect(await tasksOf(cwd)).toEqual({ reused: 0, all: 1 })
    expect(JSON.stringify(datasetRows(join(cwd, 'sft-out')))).toContain('ANSWER TO s7')
  })

  it('is not taken up under another config, nor under another text of what the config imports', async () => {
    const cwd = folderWith({
      'in/a.jsonl': chatLines(20),
      'rules.ts': 'export const keep = () => true\n',
      'sft.config.ts': "import { keep } from './rules.ts'\nexport default { keep }\n",
    })
    await tasksOf(cwd)
    expect(await tasksOf(cwd)).toEqual({ reused: 1, all: 1 })
    writeFileSync(join(cwd, 'rules.ts'), "export const keep = (trace) => trace.session !== 's3'\n")
    expect(await tasksOf(cwd)).toEqual({ reused: 0, all: 1 })
    expect(datasetRows(join(cwd, 'sft-out'))).toHaveLength(19)
    expect(await tasksOf(cwd, '--set', 'split.seed=43')).toEqual({ reused: 0, all: 1 })
  })

  it('is not taken up for a plugin of a config object that does something else', async () => {
    const cwd = folderWith({ 'in/a.jsonl': chatLines(20) })
    const config = { input: join(cwd, 'in'), output: { dir: join(cwd, 'out') } }
    const drop3 = definePlugin({
      name: 'drop',
      version: '1',
      setup: (api) => api.filter((t) => (t.session === 's3' ? { reason: 'three' } : undefined)),
    })
    const drop4 = definePlugin({
      name: 'drop',
      version: '1',
      setup: (api) => api.filter((t) => (t.session === 's4' ? { reason: 'four' } : undefined)),
    })
    await run({ ...config, plugins: [drop3] })
    await run({ ...config, plugins: [drop4] })
    expect(rowsOf(join(cwd, 'out/rejected.jsonl'))).toMatchObject([{ reason: 'four' }])
  })

  it('is done again where shards are gone or cut', async () => {
    const cwd = folderWith({ 'in/a.jsonl': chatLines(20) })
    await tasksOf(cwd)
    const first = outcomeOf(join(cwd, 'sft-out'))
    rmSync(join(cwd, 'sft-out/.sft'), { recursive: true })
    expect(await tasksOf(cwd)).toEqual({ reused: 0, all: 1 })
    expect(outcomeOf(join(cwd, 'sft-out'))).toEqual(first)
  })
})

it('writes rows in the order of the input', async () => {
  const cwd = folderWith({
    'in/b.jsonl': chatLines(10, 'b'),
    'in/a/z.jsonl': chatLines(10, 'z'),
    'in/a.jsonl': chatLines(10, 'a'),
  })
  const out = join(cwd, 'sft-out')
  expect(await sft(['run', 'in', '--until', 'format'], { cwd })).toMatchObject({ code: 0 })
  const sources = datasetRows(out).map((row) => row.metadata.source)
  expect([...new Set(sources)]).toEqual(['in/a.jsonl', 'in/a/z.jsonl', 'in/b.jsonl'])
  const sessions = datasetRows(out).map((row) => row.session_id)
  expect(sessions.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => `a${n}`))
})
