import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether llama.cpp's converter knows an architecture, as its source names it: in the list of its package, or, where the
 * converter is one file still, where a model is registered. Undefined where neither is there.
 */
export function convertsArchitecture(llamaCpp: string, architecture: string): boolean | undefined {
  const folder = join(llamaCpp, 'conversion')
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.py'))
        .map((name) => join(folder, name))
    : [join(llamaCpp, 'convert_hf_to_gguf.py')]
  const present = files.filter((file) => existsSync(file))
  if (present.length === 0) return undefined
  return present.some((file) => readFileSync(file, 'utf8').includes(`"${architecture}"`))
}
