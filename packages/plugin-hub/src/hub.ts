import { definePlugin, type Plugin, parseOptions, sftError } from '@sftkit/core'
import { endpointOf } from './client/endpoint.ts'
import { asRefusal } from './client/refusal.ts'
import { type HubOptions, optionsSchema } from './options.ts'
import { version } from './version.ts'

/**
 * Publishes the run's dataset on the Hugging Face Hub: every format and split, the card, and the folders of a task set,
 * as one commit. A model that was converted goes with its card to the model repository of the same name. `HF_TOKEN` and `HF_ENDPOINT` say as whom and where. What was published stands in `published.json`.
 *
 * ```ts
 * plugins: [hub({ repo: 'my-team/agent-traces' })]
 * ```
 */
export function hub(input: HubOptions): Plugin {
  const options = parseOptions('hub', optionsSchema, input)
  return definePlugin({
    name: options.name,
    version,
    options,
    setup(api) {
      api.publish(async (context) => {
        const endpoint = endpointOf()
        const { publishRun } = await import('./publish/publish.ts')
        try {
          await publishRun(context, options, endpoint)
        } catch (error) {
          if (context.signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
          throw asRefusal(error, endpoint)
        }
      })
    },
  })
}
