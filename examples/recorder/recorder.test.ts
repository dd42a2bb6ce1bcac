import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openRecording, replay, run } from 'sftkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codingEnvironment } from './environment.ts'
import { environment } from './replay-environment.ts'
import { tasks } from './tasks.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'recorder-example-'))
const recordings = join(folder, 'recordings')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(here, 'record.ts'), recordings])
})

const files = (): string[] => globSync('*.jsonl', { cwd: recordings }).map((name) => join(recordings, name))

describe('the recorder example', () => {
  it('records an episode for each task and variant', () => {
    const scores = files().map((file) => {
      const { episode, end } = openRecording(file)
      return [episode.episode_id, end?.final_score?.toFixed(2)]
    })
    expect(Object.fromEntries(scores)).toEqual({
      'median-careful': '1.00',
      'median-hasty': '0.67',
      'slug-careful': '1.00',
      'slug-hasty': '0.33',
    })
  })

  it('is replayed the same, 100 times of 100', async () => {
    for (const file of files()) {
      const recording = openRecording(file)
      for (let time = 0; time < 25; time++)
        expect(await replay(recording, environment(recording))).toMatchObject({ same: true })
    }
  })

  it('finds a planted difference', async () => {
    const task = tasks.median as (typeof tasks)[string]
    const planted = codingEnvironment({ ...task, checks: ['median([3]) === 4', ...task.checks.slice(1)] })
    const { divergence } = await replay(join(recordings, 'median-careful.jsonl'), planted)
    expect(divergence).toMatchObject({
      step: 4,
      action: { type: 'run_tests' },
      field: '/observation_snapshot/passed',
      expected: 1,
      got: 0,
    })
  })

  it('becomes rows', async () => {
    const out = join(folder, 'out')
    const { rows } = await run(join(here, 'sft.config.ts'), { input: [recordings], out })
    expect(rows).toEqual({ messages: { train: 1, validation: 1 } })
    const [row] = readFileSync(join(out, 'dataset/messages/train.jsonl'), 'utf8').split('\n')
    expect(JSON.parse(row ?? '')).toMatchObject({
      tags: expect.arrayContaining(['outcome:completed']),
      messages: expect.arrayContaining([expect.objectContaining({ role: 'assistant' })]),
    })
  })
})
