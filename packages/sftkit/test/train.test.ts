import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findModelServers } from '../../../e2e/support/model-servers.ts'
import { spoken, writeJudgments, writeSessions } from '../../plugin-sessions/test/support/session-database.ts'
import { events, findTraining, openWorkplace, type Workplace } from '../../plugin-trainer-hf/test/training.ts'
import { exportTraces, type TrainResult, trainFromTraces, trainSft } from '../src/index.ts'

const found = await findTraining()
const { servers, reason } = findModelServers('serve')

describe.skipIf('reason' in found)(
  'reason' in found ? `from traces in code (skipped: ${found.reason})` : 'from traces in code',
  () => {
    let place: Workplace
    let trained: TrainResult
    const options = () => ({
      model: place.model,
      out: place.out('from-traces'),
      dtype: 'float32' as const,
      device: 'cpu' as const,
      loggingSteps: 1,
      args: { max_steps: 1, gradient_checkpointing: false },
    })
    const selection = () => ({ database: join(place.folder, 'sessions.db'), judgment: 'acceptable' as const })

    beforeAll(async () => {
      place = await openWorkplace('python' in found ? found.python : '')
      writeSessions(join(place.folder, 'sessions.db'), [
        { id: 'good', items: spoken('good') },
        { id: 'bad', items: spoken('bad') },
        { id: 'unjudged', items: spoken('unjudged') },
        { id: 'elsewhere', project: 'other', items: spoken('elsewhere') },
      ])
      writeJudgments(join(place.folder, 'sessions.db'), {
        good: 'acceptable',
        bad: 'unacceptable',
        elsewhere: 'acceptable',
      })
      trained = await trainFromTraces('shop', 'support', { ...selection(), ...options() })
    })
    afterAll(() => place?.remove())

    it('selects, exports and trains in one call', () => {
      const rows = readFileSync(join(place.out('from-traces'), 'model/rows/train.jsonl'), 'utf8').trim()
      expect(rows.split('\n')).toHaveLength(1)
      expect(rows).toContain('good!')
      expect(trained.steps).toBe(1)
      expect(trained.finalLoss).toBe(trained.metrics.find(({ loss }) => loss !== undefined)?.loss)
    })

    it('is the same as exporting and training one after another', async () => {
      const { rows } = await exportTraces('shop', 'support', selection())
      const again = await trainSft(rows, options())
      expect(again.finalLoss).toBe(trained.finalLoss)
      expect(events(place.out('from-traces')).filter(({ type }) => type === 'start')).toHaveLength(1)
    })

    it('refuses a selection of nothing', async () => {
      const nothing = trainFromTraces('shop', 'nobody', { ...selection(), ...options() })
      await expectSftError(nothing, 'SFT_TRAIN_DATA')
    })

    it('saves the model elsewhere', () => {
      const saved = trained.saveModel(place.out('saved'))
      expect(saved).toBe(place.out('saved'))
      for (const name of ['model.safetensors', 'config.json', 'tokenizer.json'])
        expect(existsSync(join(saved, name))).toBe(true)
    })

    it.skipIf(servers === undefined)(
      `makes a GGUF of it${reason === undefined ? '' : ` (skipped: ${reason})`}`,
      async () => {
        process.env.SFT_SERVE_DIR = join(servers?.embedded ?? '', '..')
        process.env.OLLAMA_HOST = '127.0.0.1:1'
        const made = await trained.toOllama('from-traces', { target: 'gguf', out: place.out('made') })
        expect(readFileSync(made.gguf).subarray(0, 4).toString()).toBe('GGUF')
        expect(made.gates.find(({ gate }) => gate === 'weights')?.status).toBe('passed')
      },
    )
  },
)
