import { describe, expect, test } from 'vitest'
import { documents } from './documents.ts'
import { loadFiles } from './load-files.ts'
import { suite, traces, withoutTraces } from './shared.ts'
import { countsOf, tableRow } from './support.ts'

let next = 0
function event(fields: Record<string, unknown>): Record<string, unknown> {
  return {
    id: next++,
    timestamp: `2025-01-01T00:00:${String(next).padStart(2, '0')}`,
    message: 'shown',
    ...fields,
  }
}

/** What the action and its observation both repeat. */
function metadata(response: string, id: string, calls: readonly string[], text: string | null = 'Text.') {
  return {
    function_name: 'execute_bash',
    tool_call_id: id,
    total_calls_in_response: calls.length,
    model_response: {
      id: response,
      model: 'served-model',
      usage: { prompt_tokens: 1 },
      choices: [
        {
          message: {
            role: 'assistant',
            content: text,
            reasoning_content: 'thinking',
            tool_calls: calls.map((call) => ({
              id: call,
              type: 'function',
              function: { name: 'execute_bash', arguments: `{"command":"${call}"}` },
            })),
          },
        },
      ],
    },
  }
}

const tools = [{ type: 'function', function: { name: 'execute_bash', parameters: {} } }]
const start = [
  event({
    source: 'agent',
    action: 'system',
    args: { content: 'S', tools, openhands_version: '0.35.0', agent_class: 'CodeActAgent' },
  }),
  event({
    source: 'user',
    action: 'message',
    args: { content: 'Do it.', image_urls: ['https://e.org/a.png'] },
  }),
  event({ source: 'user', action: 'recall', args: { query: 'Do it.', recall_type: 'workspace_context' } }),
  event({
    source: 'environment',
    observation: 'recall',
    content: 'Added',
    extras: { repo_instructions: 'Be kind.', runtime_hosts: { h: 1 } },
  }),
]

describe('openhands', () => {
  test('reads the answers of the model, not the actions made of them', async () => {
    const note = metadata('r1', 'a', ['a', 'b'])
    const { traces: loaded, losses } = await loadFiles({
      'output.jsonl': [
        {
          instance_id: 'acme__tool-1',
          instruction: 'Do it.',
          instance: { repo: 'acme/tool', problem_statement: 'p' },
          metadata: { agent_class: 'CodeActAgent', llm_config: { model: 'p/m', api_key: '**********' } },
          metrics: {
            accumulated_cost: 0.5,
            accumulated_token_usage: { prompt_tokens: 7, completion_tokens: 2 },
          },
          test_result: { git_patch: 'diff', report: { resolved: true } },
          error: null,
          history: [
            ...start,
            event({ source: 'agent', action: 'think', args: { thought: 'Text.' }, tool_call_metadata: note }),
            event({
              source: 'agent',
              observation: 'think',
              content: 'one',
              extras: {},
              tool_call_metadata: note,
            }),
            event({
              source: 'agent',
              action: 'run',
              args: { command: 'b' },
              tool_call_metadata: { ...note, tool_call_id: 'b' },
            }),
            event({
              source: 'agent',
              observation: 'edit',
              content: '--- a diff',
              extras: { formatted_output_and_error: 'two' },
              tool_call_metadata: { ...note, tool_call_id: 'b' },
            }),
            event({ source: 'agent', observation: 'error', content: 'No such parameter.', extras: {} }),
            event({
              source: 'agent',
              action: 'finish',
              args: { thought: '' },
              tool_call_metadata: metadata('r2', 'c', ['c'], null),
            }),
          ],
        },
      ],
    })
    const [trace] = loaded
    expect(tableRow(trace?.messages ?? [])).toBe('7 (1/2/2/2), 3, 2')
    expect(trace?.messages).toMatchObject([
      { role: 'system', content: 'S' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Do it.' },
          { type: 'image', uri: 'https://e.org/a.png' },
        ],
      },
      {
        role: 'assistant',
        content: 'Text.',
        reasoning: 'thinking',
        toolCalls: [
          { id: 'a', arguments: { command: 'a' } },
          { id: 'b', arguments: { command: 'b' } },
        ],
      },
      { role: 'tool', content: 'one', toolCallId: 'a' },
      { role: 'tool', content: 'two', toolCallId: 'b' },
      { role: 'user', content: 'No such parameter.', name: 'environment' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c' }] },
    ])
    expect(trace).toMatchObject({
      agent: 'CodeActAgent',
      model: 'p/m',
      tools,
      group: { task: 'acme__tool-1', repo: 'acme/tool' },
      outcome: { status: 'completed', resolved: true },
      usage: { inputTokens: 7, outputTokens: 2, costUsd: 0.5 },
      events: [{ type: 'recall' }, { type: 'recall', data: { repo_instructions: 'Be kind.' } }],
      metadata: { openhands: { test_result: { git_patch: 'diff' }, openhands_version: '0.35.0' } },
    })
    expect(JSON.stringify(trace)).not.toContain('runtime_hosts')
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
    // What the model was told beside the messages is in no row of a dataset.
    const told = losses.filter(
      ({ field, kind }) => kind === 'changed' && field.startsWith('history[](recall)'),
    )
    expect(told).toMatchObject([{ field: 'history[](recall).repo_instructions', kind: 'changed', count: 1 }])
  })

  test('a run that hit its limit, without a finish', async () => {
    const { traces: loaded } = await loadFiles({
      'output.jsonl': [
        {
          instruction: 'I',
          test_result: {},
          error: 'RuntimeError: Agent reached maximum iteration',
          history: start,
        },
      ],
    })
    expect(loaded[0]?.outcome.status).toBe('limit')
    expect(loaded[0]?.metadata.openhands).toMatchObject({ instruction: 'I' })
  })

  test('reads pairs with fillers, and writes the actions of text agents in their own tags', async () => {
    const filler = { observation: 'null', content: '', extras: {}, message: 'No observation' }
    const { traces: loaded } = await loadFiles({
      'output.jsonl': [
        {
          question_id: 3,
          text: 'x',
          correct: true,
          metadata: { model_name: 'm', hub: 'hf' },
          history: [
            [event({ source: 'user', action: 'message', args: { content: 'Q' } }), filler],
            [
              event({ source: 'agent', action: 'run', args: { command: 'ls', thought: 'Look.' } }),
              event({ source: 'agent', observation: 'run', content: 'a.py', extras: {} }),
            ],
            [event({ source: 'agent', action: 'finish', args: { outputs: {}, thought: '' } }), filler],
          ],
        },
      ],
    })
    expect(loaded[0]?.messages).toMatchObject([
      { role: 'user', content: 'Q' },
      { role: 'assistant', content: 'Look.\n<execute_bash>\nls\n</execute_bash>' },
      { role: 'user', content: 'a.py', name: 'environment' },
      { role: 'assistant', content: '<finish></finish>', train: false },
    ])
    expect(loaded[0]).toMatchObject({ group: { task: 'hf/3' }, outcome: { resolved: true }, model: 'm' })
  })

  test('reads flat events without a source', async () => {
    const { traces: loaded } = await loadFiles({
      'output.jsonl': [
        {
          issue: { owner: 'o', repo: 'r', number: 5, title: 't', body: 'b' },
          issue_type: 'issue',
          instruction: 'Fix.',
          base_commit: '',
          git_patch: 'diff',
          success: true,
          history: [
            { action: 'message', content: 'Fix.', wait_for_response: false },
            { action: 'run', command: 'ls', thought: 'Look.' },
            { observation: 'run', content: 'x', exit_code: 0 },
            { action: 'message', content: 'Which?', wait_for_response: true },
          ],
        },
      ],
    })
    expect(loaded[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    expect(loaded[0]).toMatchObject({
      group: { task: 'o/r#5', repo: 'o/r' },
      metadata: { openhands: { success: true, git_patch: 'diff' } },
    })
    expect(loaded[0]?.outcome.resolved).toBeUndefined()
  })

  test('the agent that was called is a trace of its own, in the group of its caller', async () => {
    const { traces: loaded } = await loadFiles({
      'feedback.jsonl': [
        {
          version: '1.0',
          feedback: 'positive',
          permissions: 'private',
          email: 'me@example.org',
          timestamp: '2025',
          trajectory: [
            {
              action: 'initialize',
              args: { LLM_MODEL: 'm', AGENT: 'CodeActAgent', LLM_API_KEY: 'k' },
              source: 'environment',
            },
            { status: 'ok', sid: 'session-1', source: 'environment' },
            event({ source: 'user', action: 'message', args: { content: 'Q' } }),
            event({
              source: 'agent',
              action: 'delegate',
              args: { agent: 'Browser', inputs: { task: 'Look up.' }, thought: 'T' },
            }),
            event({ source: 'agent', action: 'message', args: { content: 'Found.' } }),
            event({
              source: 'agent',
              observation: 'delegate',
              content: '',
              extras: { outputs: { content: 'Found.' } },
            }),
            event({ source: 'agent', action: 'message', args: { content: 'Done.' } }),
            event({
              source: 'environment',
              observation: 'agent_state_changed',
              content: '',
              extras: { agent_state: 'finished' },
            }),
          ],
        },
      ],
    })
    const [caller, called] = loaded
    expect(caller?.messages.map(({ content }) => content).slice(2)).toEqual(['Found.', 'Done.'])
    expect(called?.messages.map(({ content }) => content)).toEqual(['Look up.', 'Found.'])
    expect(called).toMatchObject({ agent: 'Browser', group: { parent: 'session-1', key: 'session-1' } })
    expect(caller).toMatchObject({
      session: 'session-1',
      model: 'm',
      agent: 'CodeActAgent',
      outcome: { status: 'completed' },
      metadata: { openhands: { feedback: 'positive' } },
    })
    expect(JSON.stringify(loaded)).not.toMatch(/example\.org|LLM_API_KEY/)
  })

  const bare = [
    event({ source: 'user', action: 'message', args: { content: 'Q' } }),
    event({ source: 'agent', action: 'run', args: {}, tool_call_metadata: metadata('r', 'a', ['a']) }),
    event({ source: 'agent', observation: 'run', content: 'out', extras: {}, cause: next - 1 }),
  ]

  test('reads a list of nothing but events, and a folder of one file for each, as one trace', async () => {
    const { traces: list } = await loadFiles(documents({ 'trajectory.json': bare }))
    expect(list.map(({ messages }) => tableRow(messages))).toEqual(['3 (0/1/1/1), 1, 1'])
    const files = Object.fromEntries(bare.map((one, index) => [`s1/events/${index + 9}.json`, one]))
    const { traces: folder } = await loadFiles(documents(files))
    expect(folder.map(({ messages }) => tableRow(messages))).toEqual(['3 (0/1/1/1), 1, 1'])
  })

  test('makes a call of the action where the answer is missing', async () => {
    const note = { function_name: 'execute_bash', tool_call_id: 'a', model_response: null }
    const { traces: loaded } = await loadFiles({
      'output.jsonl': [
        {
          instance_id: 'i',
          history: [
            event({
              source: 'agent',
              action: 'run',
              args: { command: 'ls', thought: 'T' },
              tool_call_metadata: note,
            }),
            event({
              source: 'agent',
              observation: 'run',
              content: 'out',
              extras: {},
              tool_call_metadata: note,
            }),
          ],
        },
      ],
    })
    expect(loaded[0]?.messages).toMatchObject([
      { content: 'T', toolCalls: [{ id: 'a', name: 'execute_bash', arguments: { command: 'ls' } }] },
      { role: 'tool', toolCallId: 'a' },
    ])
  })

  test('survives odd types', async () => {
    const { traces: loaded } = await loadFiles({
      'output.jsonl': [
        {
          instance_id: 3,
          history: [
            start[0],
            null,
            4,
            [null, 'x'],
            { action: 5 },
            { action: 'run', args: 7, tool_call_metadata: [] },
          ],
          metadata: 'x',
          metrics: [],
          test_result: false,
        },
      ],
    })
    expect(loaded).toHaveLength(1)
  })
})

const OPENHANDS = `${traces}/openhands/All-Hands-AI__OpenHands`

describe.skipIf(withoutTraces)(suite('openhands on real files', withoutTraces), () => {
  test('rows of an evaluation', async () => {
    const { traces: loaded, losses } = await loadFiles(
      `${OPENHANDS}/evaluation/benchmarks/multi_swe_bench/examples/output.jsonl`,
    )
    expect(loaded.map(({ messages }) => tableRow(messages))).toEqual([
      '47 (1/1/23/22), 23, 22',
      '68 (1/2/33/32), 33, 32',
      '101 (1/2/49/49), 49, 49',
    ])
    expect(tableRow(loaded.flatMap(({ messages }) => messages))).toBe('216 (3/5/105/103), 105, 103')
    expect(loaded.map(({ outcome }) => outcome.status)).toEqual(['completed', 'completed', 'limit'])
    expect(loaded.map(({ tools }) => tools?.length)).toEqual([4, 4, 4])
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })

  test('pairs', async () => {
    const { traces: loaded, losses } = await loadFiles(
      `${OPENHANDS}/evaluation/gorilla/evaluation_outputs/CodeActAgent/gpt-4o-2024-05-13_maxiter_30_N_v1.5_/output_gpt-4o-2024-05-13_hf.jsonl`,
    )
    expect(loaded).toHaveLength(100)
    expect(countsOf(loaded.flatMap(({ messages }) => messages))).toMatchObject({
      messages: 400,
      user: 200,
      assistant: 200,
    })
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })

  test('resolver rows', async () => {
    const { traces: loaded, losses } = await loadFiles(
      `${OPENHANDS}/tests/unit/resolver/mock_output/output.jsonl`,
    )
    expect(loaded.map(({ messages }) => messages.length)).toEqual([8, 44])
    expect(tableRow(loaded.flatMap(({ messages }) => messages))).toBe('52 (0/26/26/0), 0, 0')
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })

  test('a bare list of events', async () => {
    const { traces: loaded } = await loadFiles(`${OPENHANDS}/tests/runtime/trajs/basic_gui_mode.json`)
    expect(loaded.map(({ messages }) => tableRow(messages))).toEqual(['10 (0/1/5/4), 4, 4'])
  })

  test('feedback files: three runs and two of agents that were called', async () => {
    const { traces: loaded, losses } = await loadFiles(
      `${traces}/adp/zhu-yiqi__agent-data-protocol/datasets/openhands/sample_raw.json`,
    )
    expect(loaded.map(({ messages }) => messages.length)).toEqual([8, 14, 11, 5, 5])
    expect(new Set(loaded.slice(2).map(({ group }) => group.key)).size).toBe(1)
    expect(losses.filter(({ detail }) => detail === 'unknown')).toEqual([])
  })
})
