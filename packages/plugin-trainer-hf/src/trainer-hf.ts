import { join } from 'node:path'
import {
  type Checkpoint,
  definePlugin,
  type Plugin,
  parseOptions,
  type RunStageContext,
  sftError,
} from '@sftkit/core'
import { optionsSchema, type TrainerHfOptions, type TrainerSettings, trainedFormat } from './options.ts'
import { settingsOf, withSettings } from './settings.ts'
import { version } from './version.ts'

/**
 * Trains a model on the run's dataset with Hugging Face's TRL: SFT, DPO or KTO, all weights or an adapter, on this
 * machine or where its launcher says. It adds the format that its method needs to the config's formats.
 *
 * @throws SFT_PLUGIN_OPTIONS
 */
export function trainerHf(input: TrainerHfOptions): Plugin {
  const settings = parseOptions('trainer-hf', optionsSchema, input)
  const format = trainedFormat(settings)
  const plugin = definePlugin({
    name: settings.name,
    version,
    // No `options`: they change no row, and a dataset is not made anew for another learning rate.
    provides: ['trainer'],
    setup(api) {
      api.modifyConfig((config) => {
        const chosen = config.format === undefined ? [] : [config.format].flat()
        return chosen.includes(format) ? undefined : { ...config, format: [...chosen, format] }
      })
      api.configResolved(({ plugins }) => {
        const trainers = plugins.filter((one) => settingsOf(one) !== undefined)
        if (trainers.length < 2) return
        throw sftError(
          'SFT_CONFIG_INVALID',
          `There are ${trainers.length} trainers, ${trainers.map(({ name }) => name).join(' and ')}, and only the first would train.`,
          {
            fix: 'Leave one of them. Several models with the same options are one trainer with a list: `model: [A, B]`; others are runs of their own.',
          },
        )
      })
      api.train({
        handler: (context) => train(settings, context),
        async check(context) {
          const { checkSettings } = await import('./run/check-settings.ts')
          await checkSettings(settings, context)
        },
        async preview(context) {
          const { previewTraining } = await import('./preview/preview-training.ts')
          return previewTraining(settings, context)
        },
      })
    },
  })
  return withSettings(plugin, settings)
}

/** Everything heavy is loaded when training begins. */
async function train(settings: TrainerSettings, context: RunStageContext): Promise<Checkpoint> {
  const { trainModels } = await import('./run/train-models.ts')
  const { datasetOf } = await import('./run/dataset.ts')
  const [first, ...others] = await trainModels(
    {
      settings,
      dataset: datasetOf(trainedFormat(settings), context),
      folder: join(context.out, 'model'),
      root: context.config.root,
    },
    context,
  )
  if (first === undefined) throw new Error('no model was trained')
  return { ...first, ...(others.length > 0 && { others }) }
}
