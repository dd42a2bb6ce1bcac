import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sftError } from '@sftkit/core'
import type { quantizationSteps } from '../gguf/quantization.ts'
import type { PythonProcess } from '../python/process.ts'
import type { ServedTemplate } from '../template/served.ts'

const SCRIPT = fileURLToPath(new URL('../../python/convert.py', import.meta.url))

export interface ConvertRequest {
  readonly python: PythonProcess
  /** llama.cpp's folder. */
  readonly llamaCpp: string
  readonly model: string
  readonly outtype: ReturnType<typeof quantizationSteps>['outtype']
  readonly file: string
  /** The name of the model in the GGUF. */
  readonly name: string
  readonly preTokenizer?: string | undefined
  /** What the chat template makes of a prompt, where there is one. */
  readonly served?: ServedTemplate | undefined
  /** The token with which the template ends a turn. */
  readonly endOfTurn?: number | undefined
  /** Told twice a second how many bytes are written. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/**
 * Writes a model folder as GGUF with llama.cpp's converter. The file is there whole or not at all.
 *
 * @throws SFT_CONVERT_UNSUPPORTED, SFT_CONVERT_FAILED
 */
export async function convertToGguf(request: ConvertRequest): Promise<void> {
  const { file, model, preTokenizer, served, onProgress } = request
  const unfinished = `${file}.unfinished`
  const args = [
    request.llamaCpp,
    model,
    ...(preTokenizer === undefined ? [] : ['--pre-tokenizer', preTokenizer]),
    ...(served === undefined ? [] : ['--begin-of-text', served.beginOfText ? 'yes' : 'no']),
    ...(served === undefined || served.before === '' ? [] : ['--before-template', served.before]),
    ...(request.endOfTurn === undefined ? [] : ['--end-of-turn', String(request.endOfTurn)]),
    ...['--outtype', request.outtype, '--outfile', unfinished, '--model-name', request.name],
  ]
  const watch = setInterval(() => {
    onProgress?.(statSync(unfinished, { throwIfNoEntry: false })?.size ?? 0)
  }, 500)
  try {
    const result = await request.python.run(SCRIPT, args)
    if (!result.ok) throw conversionError(model, result.exitCode, result.reason, result.stderr)
    if (!existsSync(unfinished))
      throw sftError(
        'SFT_CONVERT_FAILED',
        `llama.cpp's converter said that it was done with ${model}, and wrote nothing.`,
      )
    renameSync(unfinished, file)
  } finally {
    clearInterval(watch)
    rmSync(unfinished, { force: true })
  }
}

function conversionError(model: string, exitCode: number, reason: string, stderr: string): Error {
  const ours = reason.replace(/^sftkit: /, '')
  if (exitCode === 3)
    return sftError(
      'SFT_CONVERT_UNSUPPORTED',
      `The tokenizer of ${model} splits text in a way that has no name in llama.cpp: ${ours}. If one of its pre-tokenizers splits alike, name it as \`preTokenizer\`; the token ids are compared afterwards.`,
    )
  if (exitCode === 4)
    return sftError('SFT_CONVERT_UNSUPPORTED', `llama.cpp has no architecture ${ours}, which ${model} is of.`)
  return sftError(
    'SFT_CONVERT_FAILED',
    `llama.cpp's converter failed on ${model}: ${explained(reason, stderr)}`,
  )
}

function explained(reason: string, stderr: string): string {
  if (/No space left on device/i.test(stderr)) return 'the disk is full.'
  const missing = /ModuleNotFoundError: No module named '([\w.]+)'/.exec(stderr)?.[1]
  if (missing !== undefined)
    return `its Python has no ${missing}; \`sft setup train\` installs what it needs.`
  return reason
}
