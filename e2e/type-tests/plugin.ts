// What a plugin may do and what does not compile, checked against the emitted declarations.
import {
  catalog,
  definePlugin,
  type ErrorCode,
  isSftError,
  type JsonObject,
  type LoadedTrace,
  type Plugin,
  type PluginApi,
  type PreferenceExample,
  sftError,
  type Trace,
  tag,
} from '@sftkit/core'

declare module '@sftkit/core' {
  interface TagNamespaces {
    grade: 'good' | 'bad'
  }
}

tag('grade:good')
// @ts-expect-error a value that the plugin does not declare
tag('grade:fine')

export const whole: Plugin = definePlugin({
  name: 'whole',
  version: '1.0.0',
  provides: ['grader'],
  requires: ['tagger'],
  setup(api) {
    api.tag({
      order: 'pre',
      handler: async (traces, { tag: add }) => {
        for (const trace of traces) add(trace, 'grade:good')
      },
    })
    api.filter((trace) => (trace.outcome.reward === 0 ? { reason: 'no-reward' } : undefined))
    api.augmentGroup({
      by: (trace) => trace.group.task ?? trace.id,
      handler: ({ members }, context) => {
        const [chosen, rejected] = members
        if (chosen === undefined || rejected === undefined) return []
        return [
          context.deriveExample<PreferenceExample>([chosen.trace, rejected.trace], {
            kind: 'preference',
            prompt: [],
            chosen: chosen.trace.messages,
            rejected: rejected.trace.messages,
          }),
        ]
      },
    })
    api.format('lines', { takes: ['chat'], columns: { text: 'string' }, handler: ({ id }) => ({ text: id }) })
    api.split({ ofGroup: (group) => (group < 'm' ? 'train' : 'test') })
    api.defineStage('clean', { after: 'tag' })
    api.stage('clean', (traces) => traces)
  },
})

// @ts-expect-error a plugin without a version
definePlugin({ name: 'half', setup() {} })
// @ts-expect-error a key that plugins do not have
definePlugin({ name: 'half', version: '1.0.0', enforce: 'pre', setup() {} })

export function wrong(api: PluginApi, trace: Trace): void {
  // @ts-expect-error a hook that does not exist
  api.onTag(() => {})
  // @ts-expect-error an order that does not exist
  api.tag({ order: 'first', handler: () => {} })
  // @ts-expect-error a tag that nobody declares
  api.tag((_traces, context) => context.tag(trace, 'grade:fine'))
  // @ts-expect-error a filter that is asynchronous
  api.filter(async () => undefined)
  // @ts-expect-error a format that takes no kind of example
  api.format('none', { handler: () => ({}) })
  // @ts-expect-error a kind of example that does not exist
  api.format('none', { takes: ['dialogue'], handler: () => ({}) })
  // @ts-expect-error a column type that does not exist
  api.format('none', { takes: ['chat'], columns: { a: 'text' }, handler: () => ({}) })
  // @ts-expect-error a split by number
  api.split({ ofGroup: () => 0 })
  // @ts-expect-error a loader that does not say what it looks for
  api.load({ name: 'x', detect: () => undefined, read: () => undefined })
  // @ts-expect-error traces are read-only
  trace.model = 'another'
  // @ts-expect-error and so are their lists
  trace.messages.push({ role: 'user', content: '' })
  const read = (): LoadedTrace => ({
    // @ts-expect-error a role that does not exist
    messages: [{ role: 'human', content: '' }],
  })
  api.load({ name: 'x', looksFor: 'x', detect: () => 'x', read })
}

export function errors(thrown: unknown): JsonObject | undefined {
  // @ts-expect-error a code that is not in the catalogue
  sftError('SFT_NO_SUCH_CODE', 'It broke.')
  // @ts-expect-error a place that errors do not have
  sftError('SFT_PLUGIN_FAILED', 'It broke.', { file: 'a' })
  if (!isSftError(thrown)) return undefined
  const code: ErrorCode = thrown.code
  // @ts-expect-error a code that is not in the catalogue
  if (thrown.code === 'SFT_NO_SUCH_CODE') return undefined
  return { fix: thrown.fix ?? catalog[code].fix }
}
