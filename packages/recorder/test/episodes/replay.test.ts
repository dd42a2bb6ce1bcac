import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { createRecorder, openRecording, recordEnvironment, replay } from '../../src/index.ts'
import { temporaryFolder } from './folder.ts'
import { recordRepair } from './record-repair.ts'
import { repair, smallProject } from './small-project.ts'

describe('a replay', () => {
  it('is the same, a hundred times', async () => {
    const file = await recordRepair(temporaryFolder())
    for (let time = 0; time < 100; time++)
      expect(await replay(file, smallProject())).toEqual({ steps: repair.length, same: true })
  })

  it('names the first step that differs, the place in it, and both values', async () => {
    const file = await recordRepair(temporaryFolder())
    const { divergence, ...result } = await replay(
      file,
      smallProject({ step: 4, text: '1 failed: expected 3, got 1' }),
    )
    expect(result).toEqual({ steps: 4, same: false })
    expect(divergence).toEqual({
      step: 4,
      action: { type: 'run_tests' },
      field: '/observation_snapshot',
      expected: '1 failed: expected 3, got -1',
      got: '1 failed: expected 3, got 1',
      diff: '- 1 failed: expected 3, got -1\n+ 1 failed: expected 3, got 1',
    })
  })

  it('compares the reset, errors, files, pass rates, rewards and ends', async () => {
    const file = await recordRepair(temporaryFolder())
    const honest = smallProject()
    const changed = async (at: number, change: object): Promise<string | undefined> => {
      let step = 0
      const result = await replay(file, {
        reset: () => honest.reset?.(),
        step: async (action) => ({ ...(await honest.step(action)), ...(++step === at && change) }),
      })
      return result.divergence?.field
    }
    expect(await changed(2, { error: 'other' })).toBe('/error')
    expect(await changed(2, { error: null })).toBe('/error')
    expect(await changed(5, { fileDiff: { path: 'sum.ts', before: 'x', after: 'y' } })).toBe(
      '/file_diff/before',
    )
    expect(await changed(5, { fileDiff: null })).toBe('/file_diff')
    expect(await changed(6, { passRate: 0.5 })).toBe('/test_pass_rate')
    expect(await changed(6, { passRate: undefined, testPassRate: 0.5 })).toBe('/test_pass_rate')
    expect(await changed(6, { passRate: undefined, testPassRate: 1 })).toBeUndefined()
    expect(await changed(6, { reward: 0.99 })).toBe('/reward')
    expect(await changed(6, { done: false })).toBe('/done')
    expect(await changed(1, { observation: { files: ['sum.test.ts', 'sum.ts', 'z'] } })).toBe(
      '/observation_snapshot/files/2',
    )
    expect(await changed(9, { reward: 5 })).toBeUndefined()
    const elsewhere = await replay(file, { ...honest, reset: () => ({ files: [] }) })
    expect(elsewhere).toMatchObject({
      steps: 0,
      divergence: { step: 0, field: '/observation_snapshot/files/0' },
    })
  })

  it('leaves fields alone that may differ', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    let time = 0
    const clock = {
      step: () => ({ observation: { at: time++, deep: [{ mtime: time }], same: 1 }, reward: 0, done: false }),
    }
    recorder.startEpisode('t', 'v')
    await recordEnvironment(clock, recorder).step({ type: 'look' })
    recorder.endEpisode(0)
    await recorder.close()
    const [file] = globSync('*.jsonl', { cwd: folder }).map((name) => join(folder, name)) as [string]
    const fields = async (...ignore: string[]): Promise<string | undefined> =>
      (await replay(file, clock, { ignore })).divergence?.field
    expect(await fields()).toBe('/observation_snapshot/at')
    expect(await fields('/observation_snapshot/at')).toBe('/observation_snapshot/deep/0/mtime')
    expect(await fields('/observation_snapshot/at', '/observation_snapshot/*')).toBeUndefined()
    expect(await fields('/observation_snapshot/at', '/**/mtime')).toBeUndefined()
    expect(await fields('/observation_snapshot')).toBeUndefined()
    expect(await fields('/observation')).toBe('/observation_snapshot/at')
  })

  it('compares an environment that throws by its error', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const id = recorder.startEpisode('t', 'v')
    const steps = recordEnvironment(smallProject(), recorder)
    await steps.reset()
    await expect(steps.step({ type: 'dance' })).rejects.toThrow('unknown action: dance')
    recorder.endEpisode(0)
    await recorder.close()
    const file = join(folder, `${id}.jsonl`)
    expect((await replay(file, smallProject())).same).toBe(true)
    expect(() => replay(file, { mode: 'recorded' }).step({ type: 'dance' })).toThrow('unknown action: dance')
  })

  it('stops when told', async () => {
    const file = await recordRepair(temporaryFolder())
    const controller = new AbortController()
    const environment = smallProject()
    let steps = 0
    const stopping = {
      ...environment,
      step: (action: Parameters<typeof environment.step>[0]) => {
        if (++steps === 2) controller.abort(new Error('enough'))
        return environment.step(action)
      },
    }
    await expect(replay(file, stopping, { signal: controller.signal })).rejects.toThrow('enough')
    expect(steps).toBe(2)
  })

  it('needs the texts of the content store, and nothing else', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const content = 'line\n'.repeat(3000)
    const id = recorder.startEpisode('t', 'v')
    const steps = recordEnvironment(smallProject(), recorder)
    await steps.reset()
    await steps.step({ type: 'write_file', path: 'big.txt', content })
    await steps.step({ type: 'read_file', path: 'big.txt' })
    recorder.endEpisode(0)
    await recorder.close()
    const file = join(folder, `${id}.jsonl`)
    expect(readFileSync(file, 'utf8').length).toBeLessThan(2500)
    expect((await replay(file, smallProject())).same).toBe(true)
    rmSync(join(folder, '.recorder'), { recursive: true })
    await expectSftError(() => replay(file, smallProject()), 'SFT_RECORD_UNREADABLE')
    const missing: string[] = []
    for (const _ of openRecording(file).steps({ missing: (_step, at) => missing.push(...at) })) void _
    expect(missing.sort()).toEqual(['/action_content', '/file_diff/after', '/observation_snapshot/text'])
  })

  it('is refused where only the length of a content was recorded', async () => {
    const folder = temporaryFolder()
    const recorder = createRecorder({ folder })
    const id = recorder.startEpisode('t', 'v')
    recorder.recordStep({
      action: { type: 'write_file', path: 'a' },
      contentLength: 12,
      observation: null,
      reward: 0,
    })
    await recorder.close()
    await expectSftError(() => replay(join(folder, `${id}.jsonl`), smallProject()), 'SFT_RECORD_UNREADABLE')
  })
})

describe('mode recorded', () => {
  it('answers an agent as it was answered, and can be recorded again with the same rows', async () => {
    const folder = temporaryFolder()
    const file = await recordRepair(folder)
    const environment = replay(file, { mode: 'recorded' })
    const again = temporaryFolder()
    const recorder = createRecorder({ folder: again, clock: environment.now })
    const episodeId = openRecording(file).episode.episode_id
    recorder.startEpisode('make the test pass', 'v1', { episodeId, metadata: { model: 'scripted' } })
    const steps = recordEnvironment(environment, recorder)
    await steps.reset()
    for (const action of repair) await steps.step(action, `Now ${action.type}.`)
    expect(environment.left).toBe(0)
    recorder.endEpisode(1, { seen: 'to the end' })
    await recorder.close()
    const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -2)
    expect(lines(join(again, `${episodeId}.jsonl`))).toEqual(lines(file))
  })

  it('refuses another action than the recorded one, and one too many', async () => {
    const file = await recordRepair(temporaryFolder())
    const other = replay(file, { mode: 'recorded' })
    other.step({ type: 'list_files' })
    await expectSftError(() => other.step({ type: 'read_file', path: 'sum.ts' }), 'SFT_REPLAY_DIVERGED')
    const whole = replay(file, { mode: 'recorded' })
    for (const action of repair) whole.step(action)
    await expectSftError(() => whole.step({ type: 'run_tests' }), 'SFT_REPLAY_DIVERGED')
    whole.reset()
    expect(whole.step({ type: 'list_files' }).observation).toEqual({ files: ['sum.test.ts', 'sum.ts'] })
    const lenient = replay(file, { mode: 'recorded', ignore: ['/path'] })
    lenient.step({ type: 'list_files' })
    expect(lenient.step({ type: 'read_file', path: 'other.ts' }).error).toBe('no such file: missing.ts')
  })
})
