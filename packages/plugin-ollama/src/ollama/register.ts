import { isSftError } from '@sftkit/core'
import { fileDigest } from '../file-digest.ts'
import { type OllamaClient, ollamaClient } from './client.ts'
import { createByCommand } from './command.ts'
import { temporaryName } from './model-name.ts'

export interface Registration {
  readonly client: OllamaClient
  readonly gguf: string
  /** The GGUF's, where it is known. */
  readonly sha256?: string | undefined
  /** The name it gets in the end. */
  readonly name: string
  readonly stops: readonly string[]
  readonly onUpload?: ((bytes: number) => void) | undefined
}

/** A place in Ollama for a model that is not verified yet. Unless it is kept, everything of it is removed again. */
export interface TemporaryModel extends AsyncDisposable {
  readonly name: string
  /**
   * Makes the model, or makes it anew.
   *
   * @param template in Go; none: the GGUF's own is rendered
   */
  create(template?: string): Promise<void>
  /** Gives it its name. A model that had the name answers up to then, and is removed. */
  keep(): Promise<void>
}

/** How long tidying up may take after what was wanted failed or was stopped. */
const TIDY_MS = 120_000

/**
 * Brings a GGUF to Ollama, to be registered under a name that nobody has.
 *
 * @throws SFT_OLLAMA_UNREACHABLE, SFT_OLLAMA_REFUSED
 */
export async function registerTemporarily(registration: Registration): Promise<TemporaryModel> {
  const { client, gguf, name, stops, onUpload } = registration
  const temporary = temporaryName(name, gguf)
  const [replaced, holder] = [`${temporary}-old`, `${temporary}-file`]
  // Has a signal of its own: what was stopped is tidied up all the same.
  const tidying = (): OllamaClient => ollamaClient(client.url, AbortSignal.timeout(TIDY_MS))
  const digest = `sha256:${registration.sha256 ?? (await fileDigest(gguf))}`
  let made = false
  let kept = false
  let byCommand = false

  const upload = async (): Promise<void> => {
    if (!(await client.hasBlob(digest))) await client.putBlob(digest, gguf, onUpload)
  }
  // What an earlier run left that was killed.
  for (const left of [replaced, holder, temporary]) await client.remove(left)
  return {
    name: temporary,
    create: async (template) => {
      if (!byCommand) {
        try {
          await upload()
          await client.create({
            model: temporary,
            files: { 'model.gguf': digest },
            ...(template !== undefined && { template }),
            ...(stops.length > 0 && { parameters: { stop: stops } }),
          })
          made = true
          return
        } catch (error) {
          // Before 0.5.5 models were made of the text of a Modelfile, which the command of that version knows to send.
          if (!isTooOld(error)) throw error
          byCommand = true
        }
      }
      await createByCommand({ url: client.url, name: temporary, gguf, template, stops })
      made = true
    },
    keep: async () => {
      const isReplaced = (await client.show(name)) !== undefined
      if (isReplaced) await client.copy(name, replaced)
      await client.copy(temporary, name)
      kept = true
      if (isReplaced) await client.remove(replaced)
    },
    [Symbol.asyncDispose]: async () => {
      const tidy = tidying()
      await quietly(async () => {
        if (await tidy.hasBlob(digest))
          await holdBlob(tidy, holder, digest, kept ? name : made ? temporary : undefined)
        for (const model of [temporary, replaced, holder]) await quietly(() => tidy.remove(model))
      })
    },
  }
}

/**
 * Gives an uploaded file to a model of its own. Ollama has no call that removes a file, and from 0.30 on it registers a
 * copy and keeps what was uploaded; but what a model has goes with it, unless another one has it too.
 *
 * @param from a model that is there; else the file itself is made one
 */
async function holdBlob(
  client: OllamaClient,
  holder: string,
  digest: string,
  from: string | undefined,
): Promise<void> {
  const files = { 'model.gguf': digest }
  const base = from === undefined ? { files } : { from }
  // The part that guesses ahead is the one that Ollama takes as it is.
  await quietly(() => client.create({ model: holder, ...base, draft_files: files }))
}

/** Tidying up hides no error that is on its way. */
async function quietly(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined)
}

function isTooOld(error: unknown): boolean {
  return (
    isSftError(error) &&
    error.code === 'SFT_OLLAMA_REFUSED' &&
    /path or modelfile|modelfile.*required|neither 'from' or 'files'/i.test(error.message)
  )
}
