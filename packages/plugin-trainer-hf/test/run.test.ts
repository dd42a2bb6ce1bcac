import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, definePlugin } from '@sftkit/core'
import { formats } from '@sftkit/plugin-formats'
import { buildTrace, testRun } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trainerHf } from '../src/index.ts'
import { events, findTraining, openWorkplace, type Workplace } from './training.ts'

const found = await findTraining()
const title = 'reason' in found ? `a run that trains (skipped: ${found.reason})` : 'a run that trains'

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
  })
  afterAll(() => place?.remove())

  it('adds the format that is trained, trains two models, and takes them up again', async () => {
    const out = place.out('run')
    const train = () =>
      testRun({
        plugins: [
          ...formats(),
          trainerHf({
            model: [place.model, place.model],
            batchSize: 2,
            gradientAccumulation: 1,
            dtype: 'float32',
            device: 'cpu',
            loggingSteps: 1,
            args: { max_steps: 2 },
          }),
        ],
        traces: Array.from({ length: 6 }, (_, at) =>
          buildTrace({
            messages: [
              { role: 'user', content: `question ${at}` },
              { role: 'assistant', content: `answer ${at}` },
            ],
          }),
        ),
        format: 'chatml',
        config: { split: { by: 'random', ratios: { train: 0.5, validation: 0.5 } } },
        until: 'train',
        out,
      })
    const { result } = await train()
    expect(Object.keys(result.rows).sort()).toEqual(['chatml', 'messages'])
    expect(result.checkpoint?.path).toBe(join(out, 'model/tiny-1/final'))
    expect(existsSync(join(out, 'model/tiny-2/metrics.json'))).toBe(true)
    expect(result.checkpoint?.metrics?.steps).toBe(2)
    await train()
    const asked: Checkpoint[] = []
    const converter = definePlugin({
      name: 'converter',
      version: '1.0.0',
      setup(api) {
        api.convert('nothing', ({ checkpoint }) => {
          asked.push(checkpoint)
          return { target: 'nothing', files: [] }
        })
      },
    })
    await testRun({ plugins: [...formats(), converter], from: 'convert', until: 'convert', out })
    expect(asked).toMatchObject([
      { path: join(out, 'model/tiny-1/final'), name: 'tiny-1' },
      { path: join(out, 'model/tiny-2/final'), name: 'tiny-2' },
    ])
    const starts = events(out, 'model/tiny-1').filter(({ type }) => type === 'start')
    expect(starts).toHaveLength(1)
  })
})
