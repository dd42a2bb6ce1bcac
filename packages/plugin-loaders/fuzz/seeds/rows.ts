import { seed } from '../seed.ts'

const calls = [
  {
    id: 'call_1',
    type: 'function',
    function: { name: 'look_up', arguments: '{"word": "heron", "limit": 2}' },
  },
  { id: 'call_2', type: 'function', function: { name: 'look_up', arguments: '{"word": "stork"}' } },
]
const messages = [
  { role: 'system', content: 'You keep a list of birds.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'Which of them wade?' },
      { type: 'image_url', image_url: { url: 'file:///marsh.png' } },
    ],
  },
  { role: 'assistant', content: null, reasoning_content: 'Both may.', tool_calls: calls },
  { role: 'tool', tool_call_id: 'call_1', name: 'look_up', content: 'A heron wades.' },
  { role: 'tool', tool_call_id: 'call_2', name: 'look_up', content: 'A stork wades.' },
  { role: 'assistant', content: 'Herons and storks do.' },
]
const tools = [
  {
    type: 'function',
    function: {
      name: 'look_up',
      description: 'Finds a word.',
      parameters: { type: 'object', properties: { word: { type: 'string' } } },
    },
  },
]

/** Rows of chat datasets, and what is built of them. */
export const rowSeeds = [
  seed('openai-messages', 'rows', {
    'rows.jsonl': [
      { messages, tools, instance_id: 'birds-1', resolved: true, model: 'm' },
      { messages: JSON.stringify(messages), tools: JSON.stringify(tools), reward: 0.5 },
      { conversations: messages.slice(0, 2), id: 'b' },
    ],
  }),
  seed('openai-messages', 'old-calls', {
    'rows.jsonl': [
      {
        messages: [
          { role: 'user', content: 'u' },
          { role: 'assistant', content: '', function_call: { name: 'f', arguments: '{}' } },
          { role: 'function', name: 'f', content: 'r' },
        ],
      },
      {
        messages: [
          { role: 'user', content: [{ type: 'text', value: 'u' }] },
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', value: 'r' },
              { type: 'tool_call', value: '{"name": "f", "arguments": {}}' },
            ],
            loss_weight: 1,
          },
          { role: 'tool', content: 'r' },
        ],
      },
    ],
  }),
  seed('sharegpt', 'turns', {
    'rows.json': JSON.stringify([
      {
        id: 's1',
        system: 'Be short.',
        tools: JSON.stringify(tools),
        conversations: [
          { from: 'human', value: 'u' },
          { from: 'function_call', value: '{"name": "f", "arguments": {"a": 1}}' },
          { from: 'observation', value: 'r' },
          { from: 'gpt', value: 'a', weight: 0 },
        ],
      },
      {
        id: 's2',
        conversations: [
          { from: 'human', value: 'u' },
          { from: 'gpt', value: 'a' },
        ],
      },
    ]),
  }),
  seed('prompt-completion', 'rows', {
    'rows.jsonl': [
      { prompt: messages.slice(0, 3), completion: messages.slice(3), tools, id: 1 },
      { prompt: 'u', completion: 'a', label: false, system: 'Be short.' },
      { prompt: '\n\nHuman: u\n\nAssistant:', response: 'a', model: 'm' },
    ],
  }),
  seed('preference', 'pairs', {
    'rows.jsonl': [
      { prompt: messages.slice(0, 2), chosen: messages.slice(2), rejected: messages.slice(2, 4), tools },
      { chosen: messages, rejected: messages.slice(0, 3), score_chosen: 1, score_rejected: '0.5' },
      {
        input: { messages: messages.slice(0, 2), tools },
        preferred_output: messages.slice(2),
        non_preferred_output: messages.slice(2, 4),
      },
    ],
  }),
  seed('alpaca', 'rows', {
    'rows.json': JSON.stringify([
      { instruction: 'i', input: 'x', output: 'o', system: 's', history: [['q', 'a']] },
      { instruction: 'i', context: 'x', response: 'o', category: 'c' },
    ]),
  }),
  seed('chatml', 'texts', {
    'rows.jsonl': [
      {
        text: '<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nu<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\nr\n</tool_response><|im_end|>\n',
      },
      { text: '<|im_start|>user\nu\n<|im_end|>\n<|im_start|>assistant\na\n<|im_end|>', id: 2 },
    ],
  }),
  seed('attempts', 'prefixes', {
    'rows.jsonl': [2, 4].map((length, episode) => ({
      conversations: [
        { role: 'user', content: 'You may call tools.' },
        {
          role: 'assistant',
          content:
            '<think>hm</think>I look.\n<tool_call>\n{"name": "ls", "arguments": {"path": "."}}\n</tool_call>',
        },
        { role: 'user', content: 'a.txt' },
        { role: 'assistant', content: 'Done.' },
      ].slice(0, length),
      agent: 'a',
      model: 'm',
      model_provider: 'p',
      date: '2026-01-01T00:00:00Z',
      task: 't',
      trial_name: 't__1',
      run_id: 'r',
      episode: `episode-${episode}`,
      result: '1.0',
      tool_definitions: tools,
    })),
  }),
  seed('histories', 'items', {
    'rows.jsonl': [
      {
        session_id: 'h1',
        history: [
          { role: 'user', content: 'u' },
          { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: 'r' }] },
          { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a": 1}' },
          { type: 'function_call_output', call_id: 'c', output: 'o' },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] },
        ],
        judgment: '{"passed": true}',
      },
    ],
  }),
  seed('ml-intern', 'session', {
    'session.jsonl': [
      {
        session_id: 'i',
        user_id: 'u',
        session_start_time: '2026-01-01T00:00:00',
        session_end_time: '2026-01-01T00:01:00',
        model_name: 'm',
        messages: JSON.stringify(messages),
        events: JSON.stringify([
          {
            timestamp: '2026-01-01T00:00:01',
            event_type: 'tool_call',
            data: { tool: 'look_up', arguments: {} },
          },
          { event_type: 'llm_call', data: { model: 'm', cost_usd: 0.1 } },
          { event_type: 'turn_complete', data: { history_size: 3 } },
        ]),
        tools: JSON.stringify(tools),
        usage_metrics: '{}',
        total_cost_usd: 0.25,
        usage_total_tokens: 12,
      },
    ],
  }),
  seed('nebius', 'rows', {
    'rows.json': JSON.stringify([
      {
        instance_id: 'n',
        model_name: 'm',
        target: true,
        trajectory: [
          { role: 'system', text: null, system_prompt: 's', mask: false, cutoff_date: '2024' },
          { role: 'user', text: 'u', mask: false },
          { role: 'ai', text: 'a', mask: true },
        ],
        exit_status: 'submitted',
        generated_patch: 'diff',
        eval_logs: 'ok',
      },
    ]),
  }),
  seed('swe-attempts', 'rows', {
    'rows.jsonl': [
      {
        instance_id: 'i',
        repo: 'o/r',
        attempt: 1,
        problem_statement: 'p',
        localised_files: ['a.py'],
        patch: 'diff',
        test_stdout: 'FAILED',
        resolved: false,
        source: 's',
      },
    ],
  }),
  seed('adp', 'rows', {
    'rows.json': JSON.stringify([
      {
        id: 'a',
        details: { resolved: 'True', tools: JSON.stringify(tools), run_id: 'r' },
        content: [
          { class_: 'text_observation', content: 'u', source: 'user' },
          { class_: 'api_action', function: 'look_up', kwargs: { word: '"heron"' }, description: 'I look.' },
          { class_: 'text_observation', content: 'r', source: 'environment' },
          { class_: 'code_action', language: 'bash', content: 'ls' },
          { class_: 'web_observation', axtree: 'root', html: '<p>', url: 'https://example.org' },
          { class_: 'image_observation', content: 'a.png', source: 'environment' },
          { class_: 'message_action', content: 'a', description: 'd' },
        ],
      },
    ]),
  }),
]
