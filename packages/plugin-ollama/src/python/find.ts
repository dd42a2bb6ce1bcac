import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { sftError } from '@sftkit/core'

const PROBE = 'import torch, transformers, sentencepiece'

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

function managed(): string[] {
  const data = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  const python = join(data, 'sftkit', 'train', 'bin', 'python')
  return existsSync(python) ? [python] : []
}
