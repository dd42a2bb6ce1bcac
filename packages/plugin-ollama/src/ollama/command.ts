import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { redactSecrets, sftError } from '@sftkit/core'
import { modelfile } from './modelfile.ts'

/**
 * Registers a model with the `ollama` command.
 *
 * @throws SFT_OLLAMA_REFUSED with what the command says
 */
export async function createByCommand(request: {
  readonly url: string
  readonly name: string
  readonly gguf: string
  readonly template: string | undefined
  readonly stops: readonly string[]
}): Promise<void> {
  const { execa } = await import('execa')
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-modelfile-'))
  try {
    const file = join(folder, 'Modelfile')
    writeFileSync(file, modelfile(resolve(request.gguf), request.template, request.stops))
    const result = await execa('ollama', ['create', request.name, '-f', file], {
      reject: false,
      stdin: 'ignore',
      env: { OLLAMA_HOST: request.url },
    })
    if (!result.failed) return
    const reason = redactSecrets(result.stderr || result.shortMessage || '')
      .trim()
      .split('\n')
      .at(-1)
    throw sftError('SFT_OLLAMA_REFUSED', `\`ollama create\` says: ${reason}.`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
