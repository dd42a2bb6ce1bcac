import { parseOptions } from '@sftkit/core'
import type { Launcher } from '../types.ts'
import { type CommandOptions, commandSchema, TRANSLATED } from './options.ts'
import { filledIn, placesIn } from './prepare.ts'

/**
 * A trainer of your own in place of the worker: it gets the rows and a config file, and leaves a model in Hugging Face's
 * layout. Rows and config of axolotl, LLaMA-Factory and torchtune are written in their words.
 *
 * @throws SFT_PLUGIN_OPTIONS
 */
export function command(input: CommandOptions): Launcher {
  const settings = parseOptions('command', commandSchema, input)
  return {
    name: 'command',
    worldSize: 1,
    ownTrainer: { arguments: TRANSLATED, settings },
    command: ({ folder, run }) => filledIn(settings.run, folder, placesIn(folder, run)),
    async start(launch) {
      const { runTrainer } = await import('./run-trainer.ts')
      return runTrainer(settings, launch)
    },
  }
}
