import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { sftError } from '@sftkit/core'
import { serveFolder } from '../library/folder.ts'

const SCRIPT = 'convert_hf_to_gguf.py'

/**
 * A folder with llama.cpp's converter: the one that is named, `LLAMA_CPP_PATH`, what `sft setup serve` installed, or a
 * checkout in a usual place.
 *
 * @throws SFT_CONVERT_MISSING
 */
export function findLlamaCpp(named?: string): string {
  for (const [what, path] of [
    ['llamaCppPath', named],
    ['LLAMA_CPP_PATH', process.env.LLAMA_CPP_PATH],
  ] as const) {
    if (path === undefined || path === '') continue
    if (existsSync(join(path, SCRIPT))) return resolve(path)
    throw sftError('SFT_CONVERT_MISSING', `${what} is ${path}, and there is no ${SCRIPT} in it.`)
  }
  const found = usualFolders().find((folder) => existsSync(join(folder, SCRIPT)))
  if (found !== undefined) return found
  throw sftError('SFT_CONVERT_MISSING', 'No llama.cpp was found, whose converter makes GGUF files.')
}

function usualFolders(): string[] {
  const home = homedir()
  return [
    join(serveFolder(), 'llama.cpp'),
    join(home, 'code', 'llama.cpp'),
    join(home, 'llama.cpp'),
    join(home, 'projects', 'llama.cpp'),
    '/opt/llama.cpp',
    resolve('llama.cpp'),
  ]
}
