import { copyFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import {
  createRecorder,
  openRecording,
  recordEnvironment,
  type SecurityRule,
  type Step,
} from '../../src/index.ts'
import { temporaryFolder } from './folder.ts'

const look: Step = {
  action: { type: 'read_file', path: 'a.ts' },
  observation: { text: 'one' },
  reward: 0.25,
}

function rowsOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a recorder', () => {
  it('takes a pass rate under either of its names, by hand and of an environment', async () => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    const episode = recorder.openEpisode('test it', 'v')
    episode.recordStep({ ...look, passRate: 0.25 })
    episode.recordStep({ ...look, testPassRate: 0.5 })
    for (const rate of [{ passRate: 0.75 }, { testPassRate: 1 }]) {
      const steps = recordEnvironment({ step: () => ({ ...look, done: false, ...rate }) }, episode)
      await steps.step(look.action)
    }
    await recorder.close()
    const steps = [...openRecording(episode.file).steps()]
    expect(steps.map((step) => step.test_pass_rate)).toEqual([0.25, 0.5, 0.75, 1])
  })

  it('writes every field of a step under the names of the reference', async () => {
    const folder = temporaryFolder()
    let time = 1_700_000_000
    const recorder = createRecorder({ folder, clock: () => (time += 0.5) })
    const id = recorder.startEpisode('fix it', 'v3', { metadata: { seed: 7 } })
    recorder.recordStep({
      stepNumber: 4,
      action: { type: 'write_file', path: 'a.ts', query: 'q', content: 'new', arguments: { mode: 1 } },
      message: 'I write.',
      observation: { ok: true },
      reward: 0.5,
      cumulativeReward: 2,
      done: true,
      error: 'late',
      fileDiff: { path: 'a.ts', before: 'no', after: 'new' },
      testPassRate: 0.75,
      durationMs: 12.5,
      securityFlags: ['own'],
    })
    recorder.endEpisode(0.75, { why: 'done' })
    await recorder.close()
    expect(rowsOf(join(folder, `${id}.jsonl`))).toEqual([
      {
        type: 'episode',
        format: 'sftkit-episode',
        version: 1,
        episode_id: id,
        task: 'fix it',
        variant_id: 'v3',
        start_time: 1_700_000_000.5,
        metadata: { seed: 7 },
      },
      {
        type: 'step',
        step_number: 4,
        timestamp: 1_700_000_001,
        action_type: 'write_file',
        action_path: 'a.ts',
        action_query: 'q',
        action_content_length: 3,
        action_content: 'new',
        action_arguments: { mode: 1 },
        message: 'I write.',
        observation_snapshot: { ok: true },
        reward: 0.5,
        cumulative_reward: 2,
        done: true,
        error: 'late',
        file_diff: { path: 'a.ts', before: 'no', after: 'new', chars_changed: 2 },
        test_pass_rate: 0.75,
        duration_ms: 12.5,
        security_flags: ['own'],
      },
      {
        type: 'end',
        end_time: 1_700_000_001.5,
        duration_seconds: 1,
        final_score: 0.75,
        total_steps: 4,
        metadata: { why: 'done' },
      },
    ])
    expect(recorder.trajectory()).toMatchObject({
      episode_id: id,
      end_time: 1_700_000_001.5,
      duration_seconds: 1,
      final_score: 0.75,
      total_steps: 4,
      metadata: { seed: 7, why: 'done' },
      steps: [{ step_number: 4, action_content: 'new' }],
    })
  })

  it('ends an open episode when the next one starts, and knows the last ten', async () => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    const ids = Array.from({ length: 12 }, (_, number) => {
      const id = recorder.startEpisode(`task ${number}`, 'v')
      recorder.recordStep(look)
      return id
    })
    expect(new Set(ids).size).toBe(12)
    recorder.endEpisode(0.5)
    recorder.endEpisode(0.9)
    const history = recorder.historySummary()
    expect(history.map(({ episodeId }) => episodeId)).toEqual(ids.slice(2))
    expect(history.map(({ finalScore }) => finalScore)).toEqual([...Array(9).fill(null), 0.5])
    expect(history.every(({ ended, totalSteps }) => ended && totalSteps === 1)).toBe(true)
    expect(recorder.history().map(({ episode }) => episode.task)).toEqual(
      Array.from({ length: 10 }, (_, number) => `task ${number + 2}`),
    )
    await recorder.close()
  })

  it('gives actions, timeline and sums of the current or latest episode', async () => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    expect(recorder.trajectory()).toBeUndefined()
    expect([recorder.replayActions(), recorder.stepTimeline(), recorder.historySummary()]).toEqual([
      [],
      [],
      [],
    ])
    recorder.startEpisode('t', 'v')
    recorder.recordStep(look)
    recorder.recordStep({ ...look, action: { type: 'run_command', query: 'curl https://example.com' } })
    recorder.recordStep({
      ...look,
      action: { type: 'write_file', path: 'b', content: 'text' },
      error: 'full',
    })
    expect(recorder.replayActions()).toEqual([
      { type: 'read_file', path: 'a.ts' },
      { type: 'run_command', query: 'curl https://example.com' },
      { type: 'write_file', path: 'b', content: 'text' },
    ])
    expect(recorder.stepTimeline()).toMatchObject([
      { step: 1, action: 'read_file', path: 'a.ts', reward: 0.25, cumulativeReward: 0.25, securityFlags: [] },
      { step: 2, cumulativeReward: 0.5, securityFlags: ['network'] },
      { step: 3, cumulativeReward: 0.75, error: 'full', passRate: null, durationMs: null },
    ])
    recorder.endEpisode(1)
    expect(recorder.historySummary()).toMatchObject([
      { totalSteps: 3, errors: 1, cumulativeReward: 0.75, flags: { network: 1 }, finalScore: 1 },
    ])
    await recorder.close()
  })

  it('keeps episodes apart that run at the same time', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const episodes = Array.from({ length: 8 }, (_, at) => recorder.openEpisode(`task ${at}`, 'v'))
    for (let step = 0; step < 40; step++)
      for (const [at, episode] of episodes.entries())
        episode.recordStep({ ...look, observation: `${at}/${step}` })
    for (const [at, episode] of episodes.entries()) episode.end(at / 10)
    await recorder.close()
    for (const [at, { file }] of episodes.entries()) {
      const recording = openRecording(file)
      expect(Array.from(recording.steps(), (step) => step.observation_snapshot)).toEqual(
        Array.from({ length: 40 }, (_, step) => `${at}/${step}`),
      )
      expect(recording.end?.final_score).toBe(at / 10)
    }
  })

  it('keeps large texts once, beside the recording, and gives them back', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const large = 'äö line\n'.repeat(2000)
    const broken = `${'x'.repeat(5000)}\ud800`
    recorder.startEpisode(large, 'v')
    for (let step = 0; step < 5; step++)
      recorder.recordStep({
        ...look,
        action: { type: 'write_file', path: 'a', content: large },
        observation: { 'a/b~c': [{ text: large }, 'small'], broken, __proto__: null },
        fileDiff: { path: 'a', before: null, after: large },
      })
    recorder.endEpisode(0)
    await recorder.close()
    expect(globSync('.recorder/contents/*/*', { cwd: folder })).toHaveLength(1)
    const [summary] = recorder.history()
    expect(summary?.episode.task).toBe(large)
    for (const step of summary?.steps() ?? []) {
      expect(step.action_content).toBe(large)
      expect(step.observation_snapshot).toEqual({ 'a/b~c': [{ text: large }, 'small'], broken })
      expect(step.file_diff).toEqual({ path: 'a', before: null, after: large, chars_changed: large.length })
    }
    expect(recorder.replayActions()[4]).toEqual({ type: 'write_file', path: 'a', content: large })
  })

  it('gives sums and single steps of long episodes from its index, and without it', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const id = recorder.startEpisode('long', 'v')
    for (let step = 1; step <= 1000; step++)
      recorder.recordStep({ ...look, reward: step % 2, ...(step % 100 === 0 && { error: 'e' }) })
    recorder.endEpisode(1)
    await recorder.close()
    const file = join(folder, `${id}.jsonl`)
    const index = join(folder, '.recorder/index', `${id}.jsonl`)
    expect(rowsOf(index)).toHaveLength(3)
    const indexed = openRecording(file)
    expect(indexed.blocks).toHaveLength(3)
    const numbers = (from: number, to: number): number[] =>
      Array.from(indexed.steps({ from, to }), ({ step_number }) => step_number)
    expect(numbers(600, 603)).toEqual([600, 601, 602, 603])
    expect(numbers(999, 2000)).toEqual([999, 1000])
    expect(existsSync(index)).toBe(true)
    rmSync(index)
    const plain = openRecording(file)
    expect(plain.blocks).toEqual([])
    expect(plain.sums).toEqual(indexed.sums)
    expect(plain.sums).toMatchObject({ steps: 1000, errors: 10, reward: 500, actions: { read_file: 1000 } })
  })
})

describe('a recording', () => {
  it('opens wherever it was cut, with all rows that are whole', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const { file, ...episode } = recorder.openEpisode('täsk', 'v')
    episode.recordReset({ first·seen: 1 })
    for (let step = 0; step < 4; step++) episode.recordStep({ ...look, observation: `«${step}»` })
    episode.end(1)
    await recorder.close()
    const whole = readFileSync(file)
    const first = whole.indexOf(10)
    const cut = join(folder, 'cut.jsonl')
    for (let length = first + 1; length <= whole.length; length++) {
      writeFileSync(cut, whole.subarray(0, length))
      const recording = openRecording(cut)
      const lines = whole.subarray(0, length).toString('latin1').split('\n').length - 1
      expect([...recording.steps()]).toHaveLength(Math.max(0, Math.min(4, lines - 2)))
      expect(recording.damaged).toHaveLength(whole[length - 1] === 10 ? 0 : 1)
      expect(recording.end === undefined).toBe(length < whole.length)
    }
    for (let length = 0; length < first; length += 7) {
      writeFileSync(cut, whole.subarray(0, length))
      await expectSftError(() => openRecording(cut), 'SFT_RECORD_UNREADABLE')
    }
  })

  it('is read past rows that are damaged, and not by the index of another one', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const files = ['a', 'much longer task'].map((task) => {
      const episode = recorder.openEpisode(task, 'v')
      for (let step = 1; step <= 600; step++) episode.recordStep({ ...look, reward: step % 3 })
      episode.end(1)
      return episode.file
    })
    await recorder.close()
    const [one = '', other = ''] = files
    const indexOf = (file: string): string => join(folder, '.recorder/index', basename(file))
    const { sums } = openRecording(one)
    copyFileSync(indexOf(other), indexOf(one))
    expect(openRecording(one)).toMatchObject({ sums, blocks: [] })
    writeFileSync(indexOf(one), 'no index\n')
    expect(openRecording(one)).toMatchObject({ sums, blocks: [] })
    const lines = readFileSync(one, 'utf8').split('\n')
    writeFileSync(one, lines.with(5, '{"type":"step",').with(9, '[]').with(11, '').join('\n'))
    const damaged = openRecording(one)
    expect([...damaged.steps()]).toHaveLength(597)
    expect(damaged.damaged.map(({ torn }) => torn)).toEqual([false, false])
  })
})

describe('a recorder refuses', () => {
  it('steps without an open episode', async () => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    await expectSftError(() => recorder.recordStep(look), 'SFT_RECORD_CLOSED')
    recorder.startEpisode('t', 'v')
    recorder.endEpisode(1)
    await expectSftError(() => recorder.recordStep(look), 'SFT_RECORD_CLOSED')
    await recorder.close()
  })

  it.each<[string, Partial<Step>]>([
    ['a reward that is no number', { reward: Number.NaN }],
    ['a pass rate that is no number', { testPassRate: Number.POSITIVE_INFINITY }],
    ['an action without a type', { action: { type: '' } }],
    ['a number that JSON has not', { observation: 1n as unknown as number }],
  ])('%s, and records on', async (_, wrong) => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    recorder.startEpisode('t', 'v')
    recorder.recordStep(look)
    await expectSftError(() => recorder.recordStep({ ...look, ...wrong }), 'SFT_RECORD_VALUE')
    recorder.recordStep(look)
    expect(recorder.stepTimeline().map(({ step }) => step)).toEqual([1, 2])
    await recorder.close()
  })

  it('an id that leads elsewhere, and one that is taken', async () => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    await expectSftError(() => recorder.startEpisode('t', 'v', { episodeId: '../up' }), 'SFT_RECORD_VALUE')
    recorder.startEpisode('t', 'v', { episodeId: 'mine' })
    await expectSftError(() => recorder.startEpisode('t', 'v', { episodeId: 'mine' }), 'SFT_RECORD_WRITE')
    await recorder.close()
  })

  it('files that are no recordings', async () => {
    await expectSftError(() => openRecording(import.meta.filename), 'SFT_RECORD_UNREADABLE')
    await expectSftError(() => openRecording('/nowhere/at/all.jsonl'), 'SFT_RECORD_UNREADABLE')
  })
})

describe('security rules', () => {
  it('can be replaced', async () => {
    const loud: SecurityRule = { id: 'loud', title: 'loud', flags: ({ kind }) => kind === 'read' }
    const recorder = createRecorder({ folder: temporaryFolder(), securityRules: [loud] })
    recorder.startEpisode('t', 'v')
    recorder.recordStep({ ...look, action: { type: 'read_file', path: '../../etc/passwd' } })
    expect(recorder.stepTimeline()[0]?.securityFlags).toEqual(['loud'])
    await recorder.close()
  })
})
