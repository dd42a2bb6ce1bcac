import { itemFields } from '../histories/item-fields.ts'
import { changed, dropped, either, type Fields, kept, list, object, variants } from '../ledger/fields.ts'
import { usageFields } from '../responses/fields.ts'

const REPEATED = dropped('repeats the generated items')
const SETTING = dropped('a setting of the run')

const agent = either(kept, {
  object: object({ name: kept, identity: dropped('tells agents of one name apart') }),
})

const made = object({
  agent,
  source_agent: agent,
  target_agent: agent,
  raw_item: itemFields,
  output: dropped('repeats the raw item'),
  custom_data: dropped("the application's own data"),
  description: dropped('of the display'),
  title: dropped('of the display'),
  tool_name: dropped('repeats the name of the call'),
  tool_namespace: dropped('of the display'),
  tool_origin: dropped('where the tool comes from'),
  tool_lookup_key: dropped('where the tool comes from'),
})

/** An item of a run: the Responses item in `raw_item`, and what the SDK knows about it. */
const runItem = variants('type', {
  '': made,
  input_item: made,
  message_output_item: made,
  reasoning_item: made,
  tool_call_item: made,
  tool_call_output_item: made,
  tool_search_call_item: made,
  tool_search_output_item: made,
  handoff_call_item: made,
  handoff_output_item: made,
  mcp_list_tools_item: made,
  mcp_approval_request_item: made,
  mcp_approval_response_item: made,
  compaction_item: made,
  tool_approval_item: dropped('an approval: repeats a call'),
})

/** The fields of a run's state, under the names of the Python SDK; those of the other SDK are read as these. */
export const runStateFields: Fields = object({
  $schemaVersion: kept,
  original_input: either(kept, { list: list(itemFields) }),
  generated_items: list(runItem),
  session_items: list(runItem),
  pending_input: dropped('not sent to the model yet'),
  model_responses: list(
    object({
      output: REPEATED,
      usage: usageFields,
      response_id: dropped('of the provider'),
      request_id: dropped('of the provider'),
      provider_data: dropped('of the provider'),
    }),
  ),
  last_model_response: dropped('repeats the last of model_responses'),
  last_processed_response: REPEATED,
  context: object({
    usage: usageFields,
    approvals: kept,
    context: dropped("the application's own context"),
    context_meta: dropped("the application's own context"),
    tool_invocations: dropped('the state of calls'),
    tool_input: dropped("the application's own context"),
  }),
  current_agent: agent,
  current_step: object({
    type: kept,
    data: dropped('repeats the generated items'),
    output: dropped('repeats the last message'),
  }),
  trace: object({
    id: kept,
    workflow_name: kept,
    group_id: kept,
    metadata: kept,
    object: dropped('says that it is a trace'),
    tracing_api_key: dropped('a key'),
    tracing_api_key_hash: dropped('of a key'),
  }),
  conversation_id: kept,
  previous_response_id: kept,
  input_guardrail_results: kept,
  output_guardrail_results: kept,
  tool_input_guardrail_results: kept,
  tool_output_guardrail_results: kept,
  current_turn: kept,
  max_turns: SETTING,
  current_turn_persisted_item_count: SETTING,
  current_turn_in_progress: SETTING,
  auto_previous_response_id: SETTING,
  reasoning_item_id_policy: SETTING,
  generated_prompt_cache_key: SETTING,
  no_active_agent_run: SETTING,
  tool_use_tracker: dropped('which agent used which tools: the calls say it'),
  generated_session_item_indexes: changed('tells which generated items the input holds'),
  nested_history_owned_session_item_refs: changed('tells which generated items the input holds'),
  current_turn_session_items: REPEATED,
  sandbox: dropped('the sandbox of the run'),
  agent_identities: dropped('tells agents of one name apart'),
  agent_tool_run_states: dropped('states of agents that were called as tools'),
})
