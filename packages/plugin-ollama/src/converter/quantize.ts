import { existsSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { redactSecrets, sftError } from '@sftkit/core'
import { serveFolder } from '../library/folder.ts'

/**
 * Makes a smaller GGUF of an f16 one by llama-quantize. The file is there whole or not at all.
 *
 * @param type llama-quantize's name, as `Q4_K_M`
 * @throws SFT_CONVERT_QUANTIZE where the program is missing or fails
 */
export async function quantizeGguf(request: {
  readonly from: string
  readonly to: string
  readonly type: string
  readonly llamaCpp: string
  readonly signal?: AbortSignal | undefined
}): Promise<void> {
  const { from, to, type, llamaCpp, signal } = request
  const program = findLlamaQuantize(llamaCpp)
  if (program === undefined)
    throw sftError('SFT_CONVERT_QUANTIZE', `${type} is made by llama-quantize, and it was not found.`)
  const { execa } = await import('execa')
  const unfinished = `${to}.unfinished`
  try {
    const result = await execa(program, [from, unfinished, type], {
      reject: false,
      stdin: 'ignore',
      all: true,
      forceKillAfterDelay: 5000,
      ...(signal && { cancelSignal: signal }),
    })
    signal?.throwIfAborted()
    if (result.failed) {
      const reason =
        redactSecrets(result.all ?? '')
          .trim()
          .split('\n')
          .at(-1) || result.shortMessage
      throw sftError('SFT_CONVERT_QUANTIZE', `llama-quantize could not make ${type}: ${reason}`)
    }
    renameSync(unfinished, to)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** On PATH, in a checkout of llama.cpp that was built, or beside what `sft setup serve` installs. */
export function findLlamaQuantize(llamaCpp?: string): string | undefined {
  const name = process.platform === 'win32' ? 'llama-quantize.exe' : 'llama-quantize'
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...(llamaCpp === undefined ? [] : [join(llamaCpp, 'build', 'bin'), llamaCpp]),
    join(serveFolder(), 'bin'),
  ]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}
