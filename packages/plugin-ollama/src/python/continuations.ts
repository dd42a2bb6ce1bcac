import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { threadsToUse } from '../library/threads.ts'
import type { PythonProcess } from './process.ts'
import { askModel } from './reference.ts'

const SCRIPT = fileURLToPath(new URL('../../python/continuations.py', import.meta.url))

const answerSchema = z.object({
  chats: z.array(
    z.object({
      tokens: z.array(z.number()),
      /** How likely the model finds each of them, in nats. */
      logprobs: z.array(z.number()),
      /** Whether the last one ends generation. */
      stopped: z.boolean(),
      text: z.string(),
    }),
  ),
})
export type OwnContinuation = z.infer<typeof answerSchema>['chats'][number]

/**
 * Asks Hugging Face's transformers which tokens a model folder's model adds to prompts, each the likeliest. It goes
 * along with a draft up to the first token that it does not choose, and puts its own there.
 *
 * @throws SFT_CONVERT_PYTHON where it cannot load the model
 */
export async function askContinuations(request: {
  readonly python: PythonProcess
  readonly model: string
  readonly chats: readonly { readonly ids: readonly number[]; readonly draft: readonly number[] }[]
  readonly limit: number
  /** Tokens that end generation, beside those of the model's own configuration. */
  readonly ends: readonly number[]
  /** Without drafts: it goes on by itself, which takes much longer. */
  readonly alone: boolean
}): Promise<readonly OwnContinuation[]> {
  const { python, ...asked } = request
  return answerSchema.parse(await askModel(python, SCRIPT, { ...asked, threads: threadsToUse() })).chats
}
