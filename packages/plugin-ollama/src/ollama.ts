import { dirname, join } from 'node:path'
import { definePlugin, type Plugin, parseOptions, sftError } from '@sftkit/core'
import { asServed } from './dataset/as-served.ts'
import { type OllamaOptions, optionsSchema } from './options.ts'
import { withSettings } from './settings.ts'
import { version } from './version.ts'

/**
 * Converts the trained model to GGUF, registers it in Ollama, and verifies it at every step: `model/verify.json` has
 * what was compared. Tools and arguments are written into the dataset as Ollama will show them to the model.
 *
 * ```ts
 * plugins: [trainerHf({ model: 'Qwen/Qwen2.5-0.5B-Instruct' }), ollama({ name: 'my-agent' })]
 * ```
 *
 * @throws SFT_PLUGIN_OPTIONS
 */
export function ollama(input: OllamaOptions): Plugin {
  const options = parseOptions('ollama', optionsSchema, input)
  const plugin = definePlugin({
    name: 'ollama',
    version,
    // No `options`: they change no row.
    setup(api) {
      api.augment({
        order: 'post',
        handler: (items, context) => items.map((item) => asServed(item, context)),
      })
      api.convert(options.target ?? 'ollama', async (context) => {
        const { makeModel } = await import('./make/make-model.ts')
        const { artifactOf } = await import('./make/artifact.ts')
        const { chatFiles, chatsOf } = await import('./make/rows.ts')
        const { trainedName } = await import('./ollama/trained-names.ts')
        const { out, checkpoint, checkpoints, datasets, fresh, log, signal, report } = context
        try {
          const made = await makeModel({
            ...options,
            name: trainedName(options.name, checkpoint, checkpoints),
            modelPath: checkpoint.path,
            // Of several models, each has a folder of its own.
            out: checkpoints.length === 1 ? join(out, 'model') : dirname(checkpoint.path),
            rows: await chatsOf(chatFiles(out, datasets)),
            ...{ fresh, log, signal, report },
          })
          log.info(made.target === 'ollama' ? `ollama run ${made.name}` : made.gguf)
          return await artifactOf(made, out)
        } catch (error) {
          if (signal.aborted) throw sftError('SFT_INTERRUPTED', 'The run was interrupted.')
          throw error
        }
      })
    },
  })
  return withSettings(plugin, options)
}
