import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where what was installed for the machine stands: below XDG_DATA_HOME, else where the system keeps such data. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.XDG_DATA_HOME) return join(env.XDG_DATA_HOME, 'sftkit')
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Application Support', 'sftkit')
    : join(homedir(), '.local', 'share', 'sftkit')
}

/** Where answers are kept that can be asked for again. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SFT_CACHE_DIR) return env.SFT_CACHE_DIR
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'sftkit')
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'sftkit')
    : join(homedir(), '.cache', 'sftkit')
}
