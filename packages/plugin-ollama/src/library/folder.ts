import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where `sft setup serve` keeps llama.cpp's library and converter: `SFT_SERVE_DIR`, else `sftkit/serve` in the user's
 * data folder.
 */
export function serveFolder(): string {
  const named = process.env.SFT_SERVE_DIR
  if (named !== undefined && named !== '') return named
  const data = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  return join(data, 'sftkit', 'serve')
}
