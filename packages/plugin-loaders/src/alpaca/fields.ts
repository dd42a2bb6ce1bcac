import { kept, list, object } from '../ledger/fields.ts'

/** A row of an instruction and its answer; Dolly's names are `context` and `response`. */
export const row = object({
  instruction: kept,
  input: kept,
  context: kept,
  output: kept,
  response: kept,
  system: kept,
  system_prompt: kept,
  history: list(kept),
  id: kept,
  source: kept,
  category: kept,
  metadata: kept,
})
