import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { isSftError } from '@sftkit/core'
import type { OllamaClient } from './client.ts'
import { createByCommand } from './command.ts'
import { temporaryName } from './model-name.ts'

export interface Registration {
  readonly client: OllamaClient
  readonly gguf: string
  /** The name it gets in the end. */
  readonly name: string
  /** A Go template; none: the GGUF's own is rendered. */
  readonly template?: string | undefined
  readonly stops: readonly string[]
  readonly onUpload?: ((bytes: number) => void) | undefined
}

/** A model in Ollama that is not what it shall be called. */
export interface TemporaryModel extends AsyncDisposable {
  readonly name: string
  /** Gives it its name; another model of that name is replaced. */
  keep(): Promise<void>
}

/**
 * Registers a GGUF under a name that nobody has. Unless it is kept, it is removed again.
 *
 * @throws SFT_OLLAMA_UNREACHABLE, SFT_OLLAMA_REFUSED
 */
export async function registerTemporarily(registration: Registration): Promise<TemporaryModel> {
  const { client, gguf, name, template, stops, onUpload } = registration
  const temporary = temporaryName(name)
  const remove = (): Promise<void> => client.remove(temporary).catch(() => undefined)
  try {
    const digest = await digestOf(gguf)
    if (!(await client.hasBlob(digest))) await client.putBlob(digest, gguf, onUpload)
    await client.create({
      model: temporary,
      files: { 'model.gguf': digest },
      ...(template !== undefined && { template }),
      ...(stops.length > 0 && { parameters: { stop: stops } }),
    })
  } catch (error) {
    await remove()
    // Before 0.5.5 models were made of the text of a Modelfile, which the command of that version knows to send.
    if (!isTooOld(error)) throw error
    await createByCommand({ url: client.url, name: temporary, gguf, template, stops })
  }
  return {
    name: temporary,
    keep: () => client.copy(temporary, name),
    [Symbol.asyncDispose]: remove,
  }
}

function isTooOld(error: unknown): boolean {
  return (
    isSftError(error) &&
    error.code === 'SFT_OLLAMA_REFUSED' &&
    /path or modelfile|modelfile.*required|neither 'from' or 'files'/i.test(error.message)
  )
}

async function digestOf(file: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(part)
  return `sha256:${digest.digest('hex')}`
}
