import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folder that holds a model of the Hugging Face Hub on this machine, where it was downloaded before. */
export function cachedModel(name: string, revision = 'main'): string | undefined {
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = process.env
  const home = HF_HOME || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface')
  const folder = join(HF_HUB_CACHE || join(home, 'hub'), `models--${name.replaceAll('/', '--')}`)
  const ref = join(folder, 'refs', revision)
  const commit = existsSync(ref) ? readFileSync(ref, 'utf8').trim() : revision
  const snapshot = join(folder, 'snapshots', commit)
  return existsSync(join(snapshot, 'config.json')) ? snapshot : undefined
}
