import { definePlugin, type Plugin, parseOptions } from '@sftkit/core'
import { type TaggerOptions, taggerOptions } from './options.ts'
import { tagSession } from './tag-session.ts'
import { version } from './version.ts'

/**
 * Tags every trace in the namespaces tool, outcome, hf_job, gpu, sandbox, feedback, model, turns, cost and task.
 *
 * @throws SFT_PLUGIN_OPTIONS where an option is not known
 */
export function tagger(options?: TaggerOptions): Plugin {
  const { rules } = parseOptions('tagger', taggerOptions, options)
  return definePlugin({
    name: 'tagger',
    version,
    options: { rules },
    setup(api) {
      api.tag((traces, context) => {
        for (const trace of traces) context.tag(trace, ...tagSession(trace, rules))
      })
    },
  })
}
