import { definePlugin, type Plugin } from '@sftkit/core'
import { expect, it } from 'vitest'
import { buildTrace, recordHooks, testRun } from '../src/index.ts'

function busy(name: string): Plugin {
  return definePlugin({
    name,
    version: '1.0.0',
    setup(api) {
      api.modifyConfig((config) => ({ ...config, maxUnreadable: 0.5 }))
      api.configResolved(() => {})
      api.load({ name: `${name}-rows`, looksFor: 'nothing', detect: () => undefined, read: () => undefined })
      api.tag(() => {})
      api.filter(() => undefined)
      api.augment((items) => items)
      api.augmentGroup({ where: () => true, by: (trace) => trace.session, handler: () => [] })
      api.measure(`${name}-size`, () => 1)
      api.format(`${name}-rows`, { takes: ['chat'], handler: () => ({ a: 1 }) })
      api.select(() => {})
      api.split({ when: () => true, ofGroup: () => 'train' })
      api.defineStage(`${name}-stage`, { after: 'tag' })
      api.stage(`${name}-stage`, (traces) => traces)
      api.train({ handler: () => ({ path: 'model' }) })
      api.convert(`${name}-target`, () => ({ target: 'x', files: [] }))
      api.publish(() => {})
      api.progress(() => {})
      api.done(() => {})
      api.failed(() => {})
    },
  })
}

it('records the whole order of a run, with plugin, hook and name', async () => {
  const late = definePlugin({
    name: 'late',
    version: '1.0.0',
    setup: (api) => {
      api.tag({ order: 'post', handler: () => {} })
      api.filter(() => undefined)
    },
  })
  const early = definePlugin({
    name: 'early',
    version: '1.0.0',
    setup: (api) => api.tag({ order: 'pre', handler: () => {} }),
  })
  const recording = recordHooks([busy('busy'), late, early])
  await testRun({
    plugins: recording.plugins,
    traces: [buildTrace({ session: 'a' }), buildTrace({ session: 'b' })],
    format: 'busy-rows',
    until: 'convert',
  })
  expect(recording.order().filter((call) => call !== 'busy: progress')).toEqual([
    'busy: modifyConfig',
    'busy: configResolved',
    'busy: load.detect(busy-rows)',
    'busy: split.when',
    'early: tag',
    'busy: tag',
    'late: tag',
    'busy: stage(busy-stage)',
    'busy: filter',
    'late: filter',
    'busy: augment',
    'busy: augmentGroup.where',
    'busy: augmentGroup.by',
    'busy: split.ofGroup',
    'busy: format(busy-rows)',
    'busy: measure(busy-size)',
    'busy: augmentGroup',
    'busy: select',
    'busy: train',
    'busy: convert(busy-target)',
    'busy: publish',
    'busy: done',
  ])
  expect(recording.calls.filter((call) => call.hook === 'filter')).toHaveLength(4)
  recording.clear()
  expect(recording.order()).toEqual([])
})
