import { errorText, isSftError, type StageProgress } from '@sftkit/core'
import type { Engine } from '../engine/engine.ts'
import { failedOutcome, outcomeOf, type TurnOutcome } from './outcome.ts'
import type { HeldOutTurn } from './turns.ts'

export interface AnswerTurns {
  readonly seed: number
  /** The most tokens of an answer; absent: {@link roomFor} the dataset's own. */
  readonly maxTokens?: number | undefined
  readonly signal?: AbortSignal | undefined
  onProgress?(progress: StageProgress): void
}

/** A server may answer two at once; the embedded llama.cpp has one chat. */
const AT_ONCE = { ollama: 2, 'llama.cpp': 1 } as const

/** What is said of one chat; the others go on. */
const OF_ONE_CHAT = ['SFT_OLLAMA_REFUSED', 'SFT_MODEL_CONTEXT', 'SFT_MODEL_TEMPLATE']

/** Has a model answer every turn, with its likeliest tokens. @returns their outcomes, in the order of the turns */
export async function answerTurns(
  engine: Engine,
  turns: readonly HeldOutTurn[],
  { seed, maxTokens, signal, onProgress }: AnswerTurns,
): Promise<TurnOutcome[]> {
  const outcomes: TurnOutcome[] = new Array(turns.length)
  const began = performance.now()
  let [next, done, right, tokens] = [0, 0, 0, 0]
  const one = async (turn: HeldOutTurn): Promise<TurnOutcome> => {
    try {
      const limit = maxTokens ?? roomFor(turn)
      // First, while nothing that the model said stands behind the prompt.
      const likelihood = await engine.likelihood?.(turn.chat, turn.reference)
      const answer = await engine.answer(turn.chat, { temperature: 0, seed, maxTokens: limit })
      tokens += answer.tokens
      return outcomeOf(turn, answer, likelihood)
    } catch (error) {
      signal?.throwIfAborted()
      if (!isSftError(error) || !OF_ONE_CHAT.includes(error.code)) throw error
      return failedOutcome(turn, errorText(error))
    }
  }
  const work = async (): Promise<void> => {
    for (let at = next++; at < turns.length; at = next++) {
      const outcome = await one(turns[at] as HeldOutTurn)
      outcomes[at] = outcome
      done++
      if (outcome.right) right++
      const seconds = (performance.now() - began) / 1000
      onProgress?.({
        unit: 'answers',
        done,
        total: turns.length,
        secondsLeft: (seconds / done) * (turns.length - done),
        figures: {
          right: `${Math.round((right / done) * 100)} %`,
          'tokens/s': Math.round(tokens / seconds),
        },
      })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE[engine.kind] }, work))
  return outcomes
}

/** Tokens for an answer like the dataset's, whatever the tokenizer: one has at least a byte. */
export function roomFor({ reference }: Pick<HeldOutTurn, 'reference'>): number {
  const { content = '', reasoning_content: thought = '', tool_calls: calls = [] } = reference
  return 64 + Buffer.byteLength(`${content}${thought}${calls.length > 0 ? JSON.stringify(calls) : ''}`)
}

/** Tokens that the longest chat with its answer may have, in steps: Ollama loads a model again for another number. */
export function contextFor(turns: readonly HeldOutTurn[], maxTokens: number | undefined): number {
  const sizes = turns.map((turn) => {
    const bytes = Buffer.byteLength(JSON.stringify(turn.chat))
    return Math.ceil(bytes / 2) + (maxTokens ?? roomFor(turn))
  })
  return Math.ceil((sizes.reduce((most, size) => Math.max(most, size), 0) + 256) / 1024) * 1024
}
