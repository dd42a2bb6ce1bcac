import { describe, expect, test } from 'vitest'
import { loaders } from '../src/index.ts'
import { formatOf, loaderOf } from './support.ts'

const all = loaders().map(loaderOf)

describe('detection of single records', () => {
  const format = (record: unknown): string | undefined =>
    formatOf(all, { path: 'a.json', container: 'json-object', records: [record] })
  const chat = [{ role: 'user', content: 'u' }]

  test.each([
    ['an uploaded ml-intern row', { session_id: 's', messages: '[{"role": "us', events: '[]' }, 'ml-intern'],
    [
      'a cut-off session file: events stand behind all messages',
      { session_id: 's', session_start_time: 't', messages: chat },
      'ml-intern',
    ],
    ['an empty session', { session_id: 's', model_name: null, messages: null, events: null }, 'ml-intern'],
    ['a Hermes session', { session_id: 's', platform: 'cli', session_start: 't', messages: chat }, 'hermes'],
    [
      'a row of JSON-text columns',
      { messages: ' [ {"role": "user", "content": "u', tools: '[]' },
      'openai-messages',
    ],
    [
      'a row that sftkit wrote',
      { session_id: 's', model: 'm', timestamp: 't', tags: [], messages: chat, metadata: {} },
      'openai-messages',
    ],
    ['AgentTuning', { id: 'a', conversations: chat }, 'openai-messages'],
    ['Harbor', { conversations: chat, trial_name: 't', episode: 'episode-0' }, 'attempts'],
    ['a history', { session_id: 's', history: [{ type: 'reasoning', summary: [] }] }, 'histories'],
    ['an empty history', { session_id: 's', history: [], archived: true }, 'histories'],
    ['a history of unknown items', { session_id: 's', history: [{ foo: 1 }] }, 'histories'],
    [
      'a SWE-agent history',
      { session_id: 's', history: [{ role: 'system', content: '', agent: 'main' }] },
      'swe-agent',
    ],
    [
      'an OpenHands history',
      { session_id: 's', history: [{ id: 0, action: 'message', args: {} }] },
      'openhands',
    ],
    ['ATIF', { schema_version: 'ATIF-v1.6', session_id: 's', messages: chat }, 'atif'],
    ['mini-swe-agent', { info: { mini_version: '1' }, messages: chat }, 'mini-swe-agent'],
    ['an Inspect sample', { id: 1, epoch: 1, input: 'i', target: 't', messages: chat }, 'inspect'],
    ['a tau2 simulation', { task_id: 't', termination_reason: 'user_stop', messages: chat }, 'tau2-bench'],
    ['a LangSmith run', { run_type: 'llm', trace_id: 't', messages: chat }, 'langsmith'],
    [
      'Gemini',
      { sessionId: 's', projectHash: 'p', messages: [{ type: 'user', content: 'u' }] },
      'gemini-cli',
    ],
    [
      'a SWE attempt',
      { instance_id: 'i', problem_statement: 'p', test_stdout: '', resolved: true },
      'swe-attempts',
    ],
    [
      'spans of a session',
      {
        session_id: 's',
        spans: [{ trace_id: 't', name: 'chat', attributes: { 'gen_ai.system': 'x' } }],
        events: [],
      },
      'otel',
    ],
    ['a prompt with its completion', { prompt: 'p', completion: 'c' }, 'prompt-completion'],
    ['a labelled answer', { prompt: chat, completion: chat, label: true }, 'prompt-completion'],
    ['a prompt without an answer', { prompt: 'p', messages: null }, undefined],
    ['a pair beside its messages', { messages: chat, chosen: chat, rejected: chat }, 'preference'],
    ['numbers of what was chosen', { chosen: 3, rejected: 2, messages: chat }, 'openai-messages'],
    ['an Alpaca row', { instruction: 'i', input: '', output: 'o' }, 'alpaca'],
    ['an instruction alone', { instruction: 'i', tests: 't' }, undefined],
    ['a rendered conversation', { text: '<|im_start|>user\nu<|im_end|>' }, 'chatml'],
    ['a text', { text: 'It says <|im_start|>user somewhere.' }, undefined],
    ['an Inspect timeline fixture', { description: 'd', events: [], expected: {} }, undefined],
    ['no record', [1], undefined],
  ])('%s', (_name, record, expected) => {
    expect(format(record)).toBe(expected)
  })
})
