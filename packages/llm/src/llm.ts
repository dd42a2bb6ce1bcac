import { definePlugin, type Plugin, parseOptions } from '@sftkit/core'
import { type LlmOptions, optionsSchema, type ParsedLlmOptions } from './options.ts'
import { version } from './version.ts'

/**
 * The engine that answers `llm.ask` of every plugin, from OpenAI or any server that speaks its api: within limits and
 * budget, with retries, and so that nothing is paid for twice.
 *
 * @throws SFT_PLUGIN_OPTIONS
 */
export function llm(input: LlmOptions = {}): Plugin {
  const options = parseOptions('llm', optionsSchema, input) as ParsedLlmOptions
  return definePlugin({
    name: 'llm',
    version,
    // Only what an answer may depend on is part of the key by which finished work is found again.
    options: options.baseURL === undefined ? {} : { baseURL: options.baseURL },
    provides: ['llm'],
    setup(api) {
      api.llm(async (context) => {
        const { openEngine } = await import('./engine/engine.ts')
        return openEngine(options, context)
      })
    },
  })
}
