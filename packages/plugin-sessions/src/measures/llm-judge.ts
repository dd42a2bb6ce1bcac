import type { LlmSettings } from '@sftkit/core'
import { askFor, llmSettingsSchema, QUOTED_IS_DATA, quoted, transcript } from '@sftkit/llm'
import { z } from 'zod'
import { type Named, named, parseMeasure } from './options.ts'
import type { Measure } from './types.ts'

/** Besides these, where and how to ask: `baseURL`, `maxRpm`, `budgetUsd` and the other settings of the engine. */
export interface LlmJudgeOptions extends Named, LlmSettings {
  /** What has to hold, as a question whose answer is yes or no. */
  readonly question: string
  /** Default `gpt-4o-mini`. */
  readonly model?: string
  /** About the most tokens of a session that the model reads; longer ones are cut. Default 24,000. */
  readonly maxTraceTokens?: number
  /** The most tokens of an answer. Default 1,000. */
  readonly maxAnswerTokens?: number
}

const schema = z.strictObject({
  ...llmSettingsSchema.shape,
  ...named,
  question: z.string().min(1),
  model: z.string().min(1).default('gpt-4o-mini'),
  maxTraceTokens: z.int().min(500).default(24_000),
  maxAnswerTokens: z.int().positive().default(1000),
})

/** The reason stands first: a verdict that follows from reasons is a better one. */
const verdict = z.object({
  reason: z.string().describe('One or two sentences: what in the record decides it.'),
  yes: z.boolean().describe('Whether the answer to the question is yes.'),
})

/** A model says yes. The session is data to it, whatever stands in it. No answer is an error of the measure. */
export function llmJudge(input: LlmJudgeOptions): Measure {
  const {
    name = 'llm-judge',
    question,
    model,
    maxTraceTokens,
    maxAnswerTokens,
    ...settings
  } = parseMeasure('llmJudge', schema, input)
  const system = [
    'You judge the record of one run of an AI agent, by one question whose answer is yes or no.',
    QUOTED_IS_DATA,
    `The question: ${question}`,
    'Judge by what the tools returned and what stands at the end, not by what the agent claims.',
  ].join('\n\n')
  const { baseURL = null } = settings
  return {
    name,
    // What a verdict depends on: limits and budgets only say when it is there.
    options: { question, model, maxTraceTokens, maxAnswerTokens, baseURL },
    async run({ messages, llm }) {
      const { text } = transcript(messages, { maxTokens: maxTraceTokens })
      const answer = await askFor(llm, {
        model,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: `The record, one message after the other:\n\n${quoted(text, 'record')}` },
        ],
        schema: verdict,
        name: 'verdict',
        maxTokens: maxAnswerTokens,
        settings: settings as LlmSettings,
      })
      if (!answer.ok) throw new Error(`the model gave no verdict (${answer.failure}: ${answer.detail})`)
      return { passed: answer.value.yes, reason: answer.value.reason }
    },
  }
}
