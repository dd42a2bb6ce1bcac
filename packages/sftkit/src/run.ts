import { type RunOptions, type RunResult, runPipeline, type UserConfig } from '@sftkit/core'

/**
 * Runs the pipeline with the default preset, as `sft run` does.
 *
 * @param config a config file's path, or a config object (such a run stays in the main thread)
 * @throws SftError with a code of docs/reference/errors.md
 */
export async function run(config: string | UserConfig, options: RunOptions = {}): Promise<RunResult> {
  return runPipeline(
    {
      config: typeof config === 'string' ? { file: config } : { object: config },
      installation: import.meta.url,
      preset: new URL('./preset.js', import.meta.url).href,
    },
    options,
  )
}
