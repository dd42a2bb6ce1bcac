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
  /** How many tokens the model shall add, each the likeliest. */
  readonly greedy?: number
}

const chatSchema = z.union([
  z.object({
    text: z.string(),
    ids: z.array(z.number()),
    /** Ends with the token of the end where the model stopped. */
    greedy: z.array(z.number()).optional(),
    /** How likely the model finds each of them, in nats. */
    logprobs: z.array(z.number()).optional(),
    stopped: z.boolean().optional(),
    greedyText: z.string().optional(),
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
 * Asks Hugging Face's transformers how a model folder tokenises texts, renders chats and continues them.
 *
 * @throws SFT_CONVERT_PYTHON where it cannot load the model
 */
export async function askReference(request: {
  readonly python: PythonProcess
  readonly model: string
  readonly texts: readonly string[]
  readonly chats: readonly ReferenceChat[]
  /** Tokens that end generation, beside those of the model's own configuration. */
  readonly ends: readonly number[]
  /** The type of the weights in memory. */
  readonly dtype: 'float32' | 'bfloat16'
}): Promise<ReferenceAnswer> {
  const { python, ...asked } = request
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-reference-'))
  try {
    const [question, answer] = [join(folder, 'request.json'), join(folder, 'answer.json')]
    writeFileSync(question, JSON.stringify(asked))
    const result = await python.run(SCRIPT, [question, answer])
    if (!result.ok)
      throw sftError(
        'SFT_CONVERT_PYTHON',
        `transformers cannot use ${request.model}, so the GGUF cannot be compared with it: ${result.reason}`,
      )
    return answerSchema.parse(JSON.parse(readFileSync(answer, 'utf8')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
