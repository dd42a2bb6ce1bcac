import { definePlugin, isJsonObject, type LoadedTrace, type Plugin, type Trace } from '@sftkit/core'
import { version } from './version.ts'

/** The key under which a row of the test's input holds a trace. */
const TRACE_KEY = 'sftkit_test_trace'

/** The format that a test run writes where none is chosen: every kind of example, as it is. */
export const EXAMPLE_FORMAT = 'example'

const KINDS = ['chat', 'prompt-completion', 'preference', 'unpaired', 'text', 'task'] as const

/** A trace as a row of the input, for the loader of {@link testPlugin}. */
export function traceToRow(trace: LoadedTrace | Trace): Record<string, unknown> {
  const { session, group, agent, model, startedAt, endedAt } = trace
  const { messages, tools, events, outcome, usage, tags, metadata } = trace
  const loaded = { session, group, agent, model, startedAt, endedAt }
  return { [TRACE_KEY]: { ...loaded, messages, tools, events, outcome, usage, tags, metadata } }
}

/**
 * What a test run needs and a plugin's author need not bring: a loader of the test's traces, a format that writes
 * examples as they are, a split that puts everything first where no other plugin splits, and an ear for traces.
 * It is listed last, so that whatever is tested comes before it.
 */
export function testPlugin(heard: Map<string, Trace>): Plugin {
  const hear = (traces: readonly Trace[]): void => {
    for (const trace of traces)
      heard.set(`${trace.source.uri}\n${trace.source.byteOffset}\n${trace.id}`, trace)
  }
  return definePlugin({
    name: 'sftkit-testing',
    version,
    setup(api) {
      api.load({
        order: 'post',
        handler: {
          name: 'test-trace',
          looksFor: 'rows that a test run wrote',
          detect: ({ record }) =>
            isJsonObject(record) && TRACE_KEY in record ? `it has the key ${TRACE_KEY}` : undefined,
          read: ({ value }) => value[TRACE_KEY] as unknown as LoadedTrace,
        },
      })
      api.defineStage('sftkit-testing:loaded', { after: 'load' })
      api.stage('sftkit-testing:loaded', (traces) => {
        hear(traces)
        return traces
      })
      api.tag({ order: 'post', handler: hear })
      api.format(EXAMPLE_FORMAT, {
        takes: KINDS,
        handler: (example) => ({ ...example }),
      })
      api.split({
        order: 'post',
        handler: { ofGroup: (_group, { split }) => Object.keys(split.ratios)[0] ?? 'train' },
      })
    },
  })
}
