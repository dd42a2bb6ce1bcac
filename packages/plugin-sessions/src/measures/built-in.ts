import { cost, duration, reward, steps, tokens, toolCalls } from './amounts.ts'
import { answer, contains } from './answer.ts'
import { answerSchema } from './answer-schema.ts'
import { all, any, not } from './compose.ts'
import { answered, ended, noError, resolved } from './ending.ts'
import { llmJudge } from './llm-judge.ts'
import { toolOrder, toolUsed } from './tools.ts'

/** The usual measures, each a factory: `measures.steps({ max: 20 })`. */
export const measures = {
  answer,
  contains,
  answerSchema,
  answered,
  toolUsed,
  toolOrder,
  noError,
  resolved,
  ended,
  reward,
  steps,
  toolCalls,
  tokens,
  cost,
  duration,
  llmJudge,
  all,
  any,
  not,
} as const
