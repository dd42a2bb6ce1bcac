import { itemFields } from '../histories/item-fields.ts'
import { changed, dropped, either, kept, list, type ObjectFields, object, time } from '../ledger/fields.ts'

const SETTING = dropped('a setting of the request')
const items = either(kept, { list: list(itemFields) })

/** A count in words of the provider: what it holds beside the numbers is not carried. */
export const usageFields = object({
  input_tokens: kept,
  output_tokens: kept,
  total_tokens: kept,
  requests: kept,
  input_tokens_details: dropped('parts of a count'),
  output_tokens_details: dropped('parts of a count'),
  request_usage_entries: dropped('the parts of a sum'),
})

/** A request's or response's body, or one record that is both. */
export const bodyFields: ObjectFields = object({
  input: items,
  output: items,
  instructions: items,
  tools: kept,
  model: kept,
  metadata: kept,
  id: kept,
  previous_response_id: kept,
  conversation: either(kept, { object: object({ id: kept }) }),
  conversation_id: kept,
  session_id: kept,
  created_at: time,
  completed_at: time,
  status: changed('read as the outcome'),
  incomplete_details: object({ reason: kept }),
  error: either(kept, { object: object({ code: kept, message: kept, type: kept, param: kept }) }),
  usage: usageFields,
  object: dropped('says that it is a response'),
  output_text: dropped('repeats the output'),
  user: dropped('personal'),
  safety_identifier: dropped('personal'),
  prompt: dropped('names a prompt of the provider'),
  prompt_cache_key: SETTING,
  prompt_cache_retention: SETTING,
  prompt_cache_options: SETTING,
  temperature: SETTING,
  top_p: SETTING,
  top_logprobs: SETTING,
  frequency_penalty: SETTING,
  presence_penalty: SETTING,
  max_output_tokens: SETTING,
  max_tool_calls: SETTING,
  reasoning: SETTING,
  text: SETTING,
  tool_choice: SETTING,
  parallel_tool_calls: SETTING,
  truncation: SETTING,
  store: SETTING,
  stream: SETTING,
  stream_options: SETTING,
  background: SETTING,
  service_tier: SETTING,
  include: SETTING,
  context_management: SETTING,
  moderation: dropped('a judgment of the provider'),
  billing: dropped('who pays'),
})
