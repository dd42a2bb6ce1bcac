import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sftError } from '@sftkit/core'
import { dataFolder } from '../library/folder.ts'

/** Looks without importing, which takes seconds. */
const PROBE = `import importlib.util, sys
missing = [name for name in ("torch", "transformers", "sentencepiece") if importlib.util.find_spec(name) is None]
sys.exit("it has no " + ", ".join(missing) if missing else 0)`

/**
 * An interpreter that has what llama.cpp's converter needs: `SFT_PYTHON`, what `sft setup train` installed, or the
 * machine's own.
 *
 * @throws SFT_CONVERT_PYTHON
 */
export async function findPython(): Promise<string> {
  const named = process.env.SFT_PYTHON
  const candidates = named ? [named] : [...managed(), 'python3']
  const { execa } = await import('execa')
  let last = 'There is none.'
  for (const python of candidates) {
    const result = await execa(python, ['-c', PROBE], { reject: false, stdin: 'ignore' })
    if (!result.failed) return python
    last = `${python}: ${result.stderr?.trim().split('\n').at(-1) || result.shortMessage}`
  }
  throw sftError('SFT_CONVERT_PYTHON', `No Python can run llama.cpp's converter. ${last}`)
}

/** The environments that `sft setup train` finished, the newest first. */
function managed(): string[] {
  const data = dataFolder()
  if (!existsSync(data)) return []
  const stamps = readdirSync(data)
    .filter((name) => name.startsWith('python-'))
    .map((name) => ({ folder: join(data, name), stamp: join(data, name, 'sftkit.json') }))
    .filter(({ stamp }) => existsSync(stamp))
    .map(({ folder, stamp }) => ({ folder, time: statSync(stamp).mtimeMs }))
  return stamps.sort((a, b) => b.time - a.time).map(({ folder }) => join(folder, 'bin', 'python'))
}
