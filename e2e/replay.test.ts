import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRecorder } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { folderWith } from './support/folders.ts'
import { sft } from './support/sft.ts'

/** An environment that counts; `COUNT_FROM` plants a difference. */
const COUNTER = `
let count = 0
const first = Number(process.env.COUNT_FROM ?? 0)
export const environment = {
  reset() { count = first },
  step: () => ({ observation: { count: ++count, time: Date.now() }, reward: 0.5, done: count === 3 }),
}
`

async function recordCounting(folder: string, steps = 3): Promise<void> {
  const recorder = createRecorder({ folder: join(folder, 'recordings') })
  recorder.startEpisode('count to three', 'v1', { episodeId: 'counting' })
  for (let count = 1; count <= steps; count++)
    recorder.recordStep({
      action: { type: 'next', path: `n${count}` },
      observation: { count, time: 0 },
      reward: 0.5,
      done: count === 3,
      durationMs: 1.5,
      ...(count === 2 && { securityFlags: ['network'] }),
    })
  recorder.endEpisode(1)
  await recorder.close()
}

describe('sft replay', () => {
  it('lists the episodes of a folder', async () => {
    const cwd = folderWith({ 'recordings/other.jsonl': '{"a":1}\n' })
    await recordCounting(cwd)
    const { code, stdout } = await sft(['replay', 'recordings', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      episodes: [{ episodeId: 'counting', totalSteps: 3, finalScore: 1, flags: { network: 1 }, ended: true }],
      others: ['other.jsonl'],
    })
    const text = (await sft(['replay', 'recordings'], { cwd })).stdout
    expect(text).toMatch(/counting +count to three +v1 +3 +1 +1\.50 +network 1/)
  })

  it('shows an episode as text, as JSON, and as a page', async () => {
    const cwd = folderWith()
    await recordCounting(cwd)
    const text = await sft(['replay', 'recordings/counting.jsonl'], { cwd })
    expect(text.code).toBe(0)
    expect(text.stdout).toMatch(/^ +2 +next +n2 +0\.50 +█+ +1\.00 +1\.5 +network$/m)
    const part = await sft(['replay', 'recordings/counting.jsonl', '--steps', '2-', '--json'], { cwd })
    expect(JSON.parse(part.stdout)).toMatchObject({
      episode: { episodeId: 'counting' },
      rows: [{ firstStep: 2 }, { firstStep: 3, done: true }],
    })
    const page = await sft(['replay', 'recordings/counting.jsonl', '--html', 'page.html'], { cwd })
    expect([page.code, page.stdout]).toEqual([0, '→ page.html\n'])
    expect(readFileSync(join(cwd, 'page.html'), 'utf8')).toContain('count to three')
  })

  it('acts again, and says where something differs', async () => {
    const cwd = folderWith({ 'counter.mjs': COUNTER })
    await recordCounting(cwd)
    const act = ['replay', 'recordings/counting.jsonl', '--environment', 'counter.mjs', '--json']
    const timed = await sft(act, { cwd })
    expect(timed.code).toBe(1)
    expect(JSON.parse(timed.stdout)).toMatchObject({
      steps: 1,
      same: false,
      divergence: { step: 1, field: '/observation_snapshot/time', expected: 0 },
    })
    const lenient = [...act, '--ignore', '/**/time']
    expect(await sft(lenient, { cwd })).toMatchObject({ code: 0, stdout: '{"steps":3,"same":true}\n' })
    const planted = await sft(lenient, { cwd, env: { COUNT_FROM: '4' } })
    expect(planted.code).toBe(1)
    expect(JSON.parse(planted.stdout).divergence).toMatchObject({
      step: 1,
      field: '/observation_snapshot/count',
      expected: 1,
      got: 5,
      diff: '- 1\n+ 5',
    })
  })

  it('opens a recording whose last row was being written', async () => {
    const cwd = folderWith()
    await recordCounting(cwd, 2)
    appendFileSync(join(cwd, 'recordings/counting.jsonl'), '{"type":"st')
    const { code, stdout } = await sft(['replay', 'recordings/counting.jsonl', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout).episode).toMatchObject({ totalSteps: 2 })
  })

  it('refuses what it cannot read or use', async () => {
    const cwd = folderWith({ 'traces.jsonl': '{"messages":[]}\n', 'empty.mjs': 'export const other = 1\n' })
    await recordCounting(cwd)
    const refusals: [readonly string[], string][] = [
      [['nowhere.jsonl'], 'SFT_RECORD_UNREADABLE'],
      [['traces.jsonl'], 'SFT_RECORD_UNREADABLE'],
      [['recordings', '--html', 'x.html'], 'SFT_USAGE'],
      [['recordings/counting.jsonl', '--steps', '5-2'], 'SFT_USAGE'],
      [['recordings/counting.jsonl', '--steps', '4-9'], 'SFT_USAGE'],
      [['recordings/counting.jsonl', '--port', '9999'], 'SFT_USAGE'],
      [['recordings', '--', process.execPath, '-e', ''], 'SFT_USAGE'],
      [['recordings/counting.jsonl', '--environment', 'empty.mjs'], 'SFT_REPLAY_ENVIRONMENT'],
      [['recordings/counting.jsonl', '--environment', 'nowhere.mjs'], 'SFT_REPLAY_ENVIRONMENT'],
    ]
    for (const [args, code] of refusals) {
      const result = await sft(['replay', ...args], { cwd })
      expect([args, result.code, result.stderr.includes(code)]).toEqual([args, 2, true])
    }
    expect(existsSync(join(cwd, 'x.html'))).toBe(false)
  })
})
