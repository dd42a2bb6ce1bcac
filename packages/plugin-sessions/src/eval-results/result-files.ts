import {
  definePlugin,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
} from '@sftkit/core'
import { historyReader } from '@sftkit/plugin-loaders'
import { version } from '../version.ts'

/** Reads the results of a suite that were saved as one JSON document: `{results: [{passed, history}, …]}`. */
export function evalResultFiles(): Plugin {
  const readHistory = historyReader()
  return definePlugin({
    name: 'eval-result-files',
    version,
    setup(api) {
      api.load({
        name: 'eval-results',
        looksFor: 'a list results whose elements have passed and a list history of items',
        detect: ({ record }) => (isSuite(record) ? 'has results with passed and history' : undefined),
        read: ({ value }, context) => resultsOf(value, context, readHistory),
      })
    },
  })
}

function isSuite(record: unknown): boolean {
  const results = isJsonObject(record) ? record.results : undefined
  const first = Array.isArray(results) ? (results[0] as JsonValue | undefined) : undefined
  return isJsonObject(first) && typeof first.passed === 'boolean' && 'history' in first
}

function resultsOf(
  { results, ...suite }: JsonObject,
  context: LoadContext,
  readHistory: ReturnType<typeof historyReader>,
): readonly LoadedTrace[] {
  for (const key of Object.keys(suite)) context.loss(key, 'dropped', 'of the suite, not of a result')
  return (results as readonly JsonValue[]).flatMap((result) => {
    if (isJsonObject(result)) return readHistory({ ...result, history: result.history ?? [] }, context)
    context.loss('results[]', 'dropped', 'no object')
    return []
  })
}
