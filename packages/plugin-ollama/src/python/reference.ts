import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sftError } from '@sftkit/core'
import { z } from 'zod'
import type { PythonProcess } from './process.ts'

const SCRIPT = fileURLToPath(new URL('../../python/reference.py', import.meta.url))

/** A chat as `apply_chat_template` takes it. */
export interface ReferenceChat {
  readonly messages: readonly unknown[]
  readonly tools?: readonly unknown[]
  readonly add_generation_prompt: boolean
}

const chatSchema = z.union([
  z.object({
    text: z.string(),
    ids: z.array(z.number()),
  }),
  z.object({ error: z.string() }),
])
const answerSchema = z.object({
  ids: z.array(z.array(z.number())),
  chats: z.array(chatSchema),
  added: z.array(z.number()),
})
export type ReferenceAnswer = z.infer<typeof answerSchema>

/**
 * Asks Hugging Face's transformers how a model folder tokenises texts and renders chats.
 *
 * @throws SFT_CONVERT_PYTHON where it cannot load the tokenizer
 */
export async function askReference(request: {
  readonly python: PythonProcess
  readonly model: string
  readonly texts: readonly string[]
  readonly chats: readonly ReferenceChat[]
}): Promise<ReferenceAnswer> {
  const { python, ...asked } = request
  return answerSchema.parse(await askModel(python, SCRIPT, asked))
}

/** Runs a script with a request in a file, and reads its answer from another. @throws SFT_CONVERT_PYTHON */
export async function askModel(
  python: PythonProcess,
  script: string,
  asked: { readonly model: string; readonly [key: string]: unknown },
): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-reference-'))
  try {
    const [question, answer] = [join(folder, 'request.json'), join(folder, 'answer.json')]
    writeFileSync(question, JSON.stringify(asked))
    const result = await python.run(script, [question, answer])
    if (!result.ok)
      throw sftError(
        'SFT_CONVERT_PYTHON',
        `transformers cannot use ${asked.model}, so the GGUF cannot be compared with it: ${result.reason}`,
      )
    return JSON.parse(readFileSync(answer, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
