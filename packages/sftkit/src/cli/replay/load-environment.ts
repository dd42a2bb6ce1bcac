import { pathToFileURL } from 'node:url'
import { errorText, sftError } from '@sftkit/core'
import type { Environment, Recording } from '@sftkit/recorder'

/** A module's environment, or the function that makes one for a recording. */
type Exported = Environment | ((recording: Recording) => Environment | Promise<Environment>)

/**
 * The environment that a module exports as `environment` or as its default: an object with `step`, or a function that
 * makes one of the recording.
 *
 * @param file absolute
 * @throws SFT_REPLAY_ENVIRONMENT
 */
export async function loadEnvironment(file: string, recording: Recording): Promise<Environment> {
  let exported: Exported | undefined
  try {
    const module = (await import(pathToFileURL(file).href)) as Record<string, Exported | undefined>
    exported = module.environment ?? module.default
    if (typeof exported === 'function') exported = await exported(recording)
  } catch (error) {
    throw sftError('SFT_REPLAY_ENVIRONMENT', `${file} cannot be loaded: ${errorText(error)}`, {
      cause: error,
    })
  }
  if (typeof exported === 'object' && exported !== null && typeof exported.step === 'function')
    return exported
  throw sftError(
    'SFT_REPLAY_ENVIRONMENT',
    `${file} exports no environment: \`export const environment = { reset, step }\`, or a function that returns it.`,
  )
}
