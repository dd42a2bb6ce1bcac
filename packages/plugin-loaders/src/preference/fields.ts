import { changed, dropped, kept, object } from '../ledger/fields.ts'

const score = changed('read as the reward')

/** A row of two answers to one prompt; OpenAI's have their own names. */
export const row = object({
  prompt: kept,
  question: kept,
  query: kept,
  instruction: kept,
  input: kept,
  conversations: kept,
  messages: kept,
  system: kept,
  system_prompt: kept,
  tools: kept,
  chosen: kept,
  rejected: kept,
  preferred_output: kept,
  non_preferred_output: kept,
  chosen_model: kept,
  rejected_model: kept,
  score_chosen: score,
  score_rejected: score,
  chosen_score: score,
  rejected_score: score,
  chosen_rating: score,
  rejected_rating: score,
  id: kept,
  prompt_id: kept,
  source: kept,
  dataset: kept,
  category: kept,
  metadata: kept,
  chat_template_kwargs: dropped('a setting of the template'),
})
