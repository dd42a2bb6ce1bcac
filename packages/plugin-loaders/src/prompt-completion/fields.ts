import { dropped, kept, object } from '../ledger/fields.ts'

/** A row of a prompt and its answer. */
export const row = object({
  prompt: kept,
  completion: kept,
  response: kept,
  question: kept,
  answer: kept,
  query: kept,
  system: kept,
  system_prompt: kept,
  tools: kept,
  label: kept,
  model: kept,
  id: kept,
  source: kept,
  dataset: kept,
  category: kept,
  metadata: kept,
  chat_template_kwargs: dropped('a setting of the template'),
})
