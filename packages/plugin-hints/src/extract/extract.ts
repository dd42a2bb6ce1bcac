import { type AugmentContext, counted, type LlmFailure, redactSecrets, type Trace } from '@sftkit/core'
import { askFor, QUOTED_IS_DATA, quoted, type Transcript, transcript } from '@sftkit/llm'
import { type ParsedOptions, settingsOf } from '../options.ts'
import type { Attempt } from '../trial/attempts.ts'
import { knownSuccess, outcomeText } from '../trial/outcome.ts'
import { attemptText } from '../trial/trial-of.ts'
import { type Answer, answerSchema } from './answer.ts'
import { filledIn, type Prompts } from './prompts.ts'

/** What was found in an attempt. */
export interface Extracted {
  readonly attempt: Attempt
  /** As recorded, else as the model judged; undefined where there is no answer either. */
  readonly succeeded: boolean | undefined
  readonly judged: boolean
  readonly answer?: Answer
  readonly failure?: LlmFailure
  readonly leftOut?: NonNullable<Transcript['leftOut']>
}

/** A task text is quoted up to here: the trace has it once more. */
const TASK_TOKENS = 2000

/**
 * Asks what one attempt teaches. What of the attempt the model did not see, and an answer that never came, stand in
 * the ledger of losses under the attempt.
 */
export async function extract(
  attempt: Attempt,
  taskText: string,
  prompts: Prompts,
  options: ParsedOptions,
  context: AugmentContext,
): Promise<Extracted> {
  const { trace } = attempt
  const { text, leftOut } = transcript(trace.messages, { maxTokens: options.maxTraceTokens })
  const task = transcript([{ role: 'user', content: taskText }], { maxTokens: TASK_TOKENS }).text
  const content = filledIn(prompts.user, {
    task: quoted(task.slice(task.indexOf('\n') + 1), 'task'),
    outcome: `${outcomeText(trace)}${verifierSaid(trace)}`,
    trace: quoted(text, 'episode'),
  })
  if (leftOut !== undefined) {
    const detail = `the model saw it without ${counted(leftOut.messages, 'message')} and ${counted(leftOut.characters, 'character')}`
    context.lossOf(trace, 'messages', 'changed', detail)
  }
  const asked = await askFor(context.llm, {
    model: options.model,
    messages: [
      { role: 'system', content: `${prompts.system}\n\n${QUOTED_IS_DATA}` },
      { role: 'user', content },
    ],
    schema: answerSchema,
    name: 'episode_hints',
    maxTokens: options.maxAnswerTokens,
    settings: settingsOf(options),
  })
  const known = knownSuccess(trace)
  const base = { attempt, judged: known === undefined, ...(leftOut !== undefined && { leftOut }) }
  if (!asked.ok) {
    context.lossOf(trace, 'hints', 'dropped', `no answer: ${asked.failure}${whyOf(asked)}`)
    return { ...base, succeeded: known, failure: asked.failure }
  }
  return { ...base, succeeded: known ?? asked.value.succeeded, answer: asked.value }
}

/**
 * What did not fit: the field, and what the schema says of it. A refusal is the model's own words, which may be those
 * of the trace, and stays out.
 */
function whyOf({ failure, detail }: { readonly failure: LlmFailure; readonly detail: string }): string {
  return failure === 'does-not-fit' || failure === 'cut-off' ? `: ${redactSecrets(detail)}` : ''
}

const VERIFIER_CHARACTERS = 2000

/** The end of what the task's test printed: why an attempt failed often stands only there. */
function verifierSaid(trace: Trace): string {
  const output = attemptText(trace, 'verifier_output')?.trim()
  if (output === undefined) return ''
  return `. What the test of the task printed:\n\n${quoted(output.slice(-VERIFIER_CHARACTERS).toWellFormed(), 'test-output')}`
}
