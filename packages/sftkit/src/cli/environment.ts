import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { findConfigFile, type RunEnvironment, sftError } from '@sftkit/core'

/** The directory that a person's relative paths are meant from: through npm it is not the process's. */
export function callersDirectory(): string {
  return process.env.INIT_CWD ?? process.cwd()
}

/** The config that a command works with: the named one, else the nearest, else none. @throws SFT_CONFIG_NOT_FOUND */
export async function findEnvironment(named: string | undefined): Promise<RunEnvironment> {
  const cwd = callersDirectory()
  const file = named === undefined ? await findConfigFile(cwd) : resolve(cwd, named)
  if (named !== undefined && file !== undefined && !existsSync(file)) {
    throw sftError('SFT_CONFIG_NOT_FOUND', `There is no config file ${named}.`, { source: file })
  }
  return {
    config: file === undefined ? { object: {} } : { file },
    installation: new URL('../index.js', import.meta.url).href,
    preset: new URL('../preset.js', import.meta.url).href,
  }
}
