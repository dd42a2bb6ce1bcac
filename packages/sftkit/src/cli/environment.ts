import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { findConfigFile, type RunEnvironment, sftError } from '@sftkit/core'

/**
 * The directory that a person's relative paths are meant from. `npm run sft -- ARGS` runs in the package's folder and
 * tells in INIT_CWD where it was called. Any other script of a package (`"data": "sft run"`) means its own folder:
 * there INIT_CWD may be that of a whole workspace.
 */
export function callersDirectory(): string {
  const { INIT_CWD: caller, npm_lifecycle_event: script } = process.env
  return caller !== undefined && (script === undefined || script === 'sft') ? caller : process.cwd()
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
