import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where what was installed for the machine stands: below XDG_DATA_HOME, else where the system keeps such data. */
export function dataFolder(): string {
  if (process.env.XDG_DATA_HOME) return join(process.env.XDG_DATA_HOME, 'sftkit')
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Application Support', 'sftkit')
    : join(homedir(), '.local', 'share', 'sftkit')
}

/** Where `sft setup serve` keeps llama.cpp's library and converter; `SFT_SERVE_DIR` names another place. */
export function serveFolder(): string {
  return process.env.SFT_SERVE_DIR || join(dataFolder(), 'serve')
}
