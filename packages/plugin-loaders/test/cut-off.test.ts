import { isTrained, messageText } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import { isCutOff } from '../src/cut-off.ts'
import { loadFiles } from './load-files.ts'
import { called, chat, said, span, user } from './span-fixtures.ts'

/** In every file the model says `Whole.` and is broken off at `Cut of`; in between a person speaks. */
interface Case {
  readonly format: string
  readonly how: string
  /** Documents, and lists of lines. */
  readonly files: Readonly<Record<string, object>>
}

const written = (files: Case['files']) =>
  Object.fromEntries(
    Object.entries(files).map(([path, file]) => [path, Array.isArray(file) ? file : JSON.stringify(file)]),
  )

const text = (words: string) => [{ type: 'text', text: words }]
const T = '2026-01-01T00:00:00.000Z'

function pi(how: string): Case {
  const line = (id: string, parentId: string | null, message: object) => ({
    type: 'message',
    id,
    parentId,
    timestamp: T,
    message,
  })
  const call = {
    type: 'toolCall',
    id: 'c',
    name: 'edit',
    arguments: { path: 'a' },
    partialJson: '{"path":"a',
  }
  const answer = (words: object[], stopReason: string) => ({
    role: 'assistant',
    content: words,
    model: 'm',
    stopReason,
  })
  return {
    format: 'pi',
    how,
    files: {
      's.jsonl': [
        { type: 'session', version: 3, id: 's', timestamp: T, cwd: '/w' },
        line('a', null, { role: 'user', content: 'Go.' }),
        line('b', 'a', answer(text('Whole.'), 'stop')),
        line('c', 'b', { role: 'user', content: 'More.' }),
        line('d', 'c', answer([...text('Cut of'), call], how)),
      ],
    },
  }
}

function claudeCode(how: string, message: object, row: object = {}): Case {
  const line = (
    uuid: string,
    parentUuid: string | null,
    type: string,
    more: object,
    beside: object = {},
  ) => ({
    type,
    uuid,
    parentUuid,
    sessionId: 's',
    timestamp: T,
    cwd: '/w',
    version: '2.0.0',
    message: more,
    ...beside,
  })
  const answer = (id: string, words: string, more: object) => ({
    id,
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: text(words),
    ...more,
  })
  return {
    format: 'claude-code',
    how,
    files: {
      's.jsonl': [
        line('a', null, 'user', { role: 'user', content: 'Go.' }),
        line('b', 'a', 'assistant', answer('m1', 'Whole.', { stop_reason: 'end_turn' })),
        line('c', 'b', 'user', { role: 'user', content: 'More.' }),
        line('d', 'c', 'assistant', answer('m2', 'Cut of', message), row),
      ],
    },
  }
}

function opencode(how: string, info: object, reason?: string): Case {
  const message = (id: string, role: string, more: object = {}) => ({
    id,
    sessionID: 'ses_1',
    role,
    time: { created: Number(id.slice(4)) },
    ...(role === 'assistant' && {
      modelID: 'm',
      providerID: 'x',
      mode: 'build',
      path: { cwd: '/w', root: '/' },
    }),
    ...more,
  })
  const part = (id: string, messageID: string, more: object) => ({
    id,
    sessionID: 'ses_1',
    messageID,
    ...more,
  })
  const end = (id: string, messageID: string, why: string) =>
    part(id, messageID, { type: 'step-finish', reason: why })
  return {
    format: 'opencode',
    how,
    files: {
      'storage/session/p/ses_1.json': {
        id: 'ses_1',
        projectID: 'p',
        directory: '/w',
        title: 'T',
        version: '1',
        time: { created: 1, updated: 9 },
      },
      'storage/message/ses_1/msg_1.json': message('msg_1', 'user'),
      'storage/message/ses_1/msg_2.json': message('msg_2', 'assistant', { finish: 'stop' }),
      'storage/message/ses_1/msg_3.json': message('msg_3', 'user'),
      'storage/message/ses_1/msg_4.json': message('msg_4', 'assistant', info),
      'storage/part/msg_1/p0.json': part('p0', 'msg_1', { type: 'text', text: 'Go.' }),
      'storage/part/msg_2/p1.json': part('p1', 'msg_2', { type: 'step-start' }),
      'storage/part/msg_2/p2.json': part('p2', 'msg_2', { type: 'text', text: 'Whole.' }),
      'storage/part/msg_2/p3.json': end('p3', 'msg_2', 'stop'),
      'storage/part/msg_3/p4.json': part('p4', 'msg_3', { type: 'text', text: 'More.' }),
      'storage/part/msg_4/p5.json': part('p5', 'msg_4', { type: 'step-start' }),
      'storage/part/msg_4/p6.json': part('p6', 'msg_4', { type: 'text', text: 'Cut of' }),
      ...(reason !== undefined && { 'storage/part/msg_4/p7.json': end('p7', 'msg_4', reason) }),
    },
  }
}

function amp(how: string, more: object): Case {
  const message = (messageId: number, role: string, words: string, beside: object = {}) => ({
    role,
    messageId,
    content: text(words),
    ...beside,
  })
  const messages = [
    message(0, 'user', 'Go.'),
    message(1, 'assistant', 'Whole.', { state: { type: 'complete', stopReason: 'end_turn' } }),
    message(2, 'user', 'More.'),
    message(3, 'assistant', 'Cut of', more),
  ]
  const id = 'T-019b9d03-62e3-772f-9780-3e637f90eaec'
  return { format: 'amp', how, files: { 't.json': { v: 3, id, created: 1, title: 't', env: {}, messages } } }
}

function cursor(how: string): Case {
  const row = (role: string, words: string) => ({ role, message: { content: text(words) } })
  const files = {
    't.jsonl': [
      row('user', 'Go.'),
      row('assistant', 'Whole.'),
      { type: 'turn_ended', status: 'success' },
      row('user', 'More.'),
      row('assistant', 'Cut of'),
      { type: 'turn_ended', status: how },
    ],
  }
  return { format: 'cursor', how, files }
}

function kimi(how: string, end: object): Case {
  const event = (type: string, more: object = {}) => ({
    type: 'context.append_loop_event',
    time: 1,
    event: { type, ...more },
  })
  const step = (id: string, words: string, more: object) => [
    event('step.begin', { uuid: id, stepUuid: id }),
    event('content.part', { stepUuid: id, part: { type: 'text', text: words } }),
    event('step.end', { stepUuid: id, ...more }),
  ]
  return {
    format: 'kimi',
    how,
    files: {
      'wire.jsonl': [
        { type: 'metadata', protocol_version: '1.4', created_at: 1 },
        { type: 'context.append_message', time: 1, message: { role: 'user', content: text('Go.') } },
        ...step('s1', 'Whole.', { finishReason: 'end_turn' }),
        { type: 'context.append_message', time: 2, message: { role: 'user', content: text('More.') } },
        ...step('s2', 'Cut of', end),
      ],
    },
  }
}

function inspect(how: string): Case {
  const message = (id: string, role: string, content: string) => ({ id, role, content })
  const messages = [
    message('a', 'user', 'Go.'),
    message('b', 'assistant', 'Whole.'),
    message('c', 'user', 'More.'),
    message('d', 'assistant', 'Cut of'),
  ]
  const output = (at: number, stop_reason: string) => ({
    model: 'm',
    choices: [{ message: messages[at], stop_reason }],
  })
  const call = (at: number, why: string) => ({
    event: 'model',
    model: 'm',
    input: messages.slice(0, at),
    output: output(at, why),
  })
  const sample = {
    id: 1,
    epoch: 1,
    input: 'Go.',
    target: '',
    messages,
    output: output(3, how),
    scores: {},
    events: [call(1, 'stop'), call(3, how)],
  }
  const log = {
    version: 2,
    status: 'success',
    eval: { task: 't', run_id: 'r', created: T, model: 'm', dataset: {}, config: {} },
    plan: { steps: [] },
    samples: [sample],
  }
  return { format: 'inspect', how, files: { 'log.json': log } }
}

function exchange(api: string, how: string, body: object, answer: object): object {
  return {
    format: 'sftkit-exchange',
    version: 1,
    id: `${api} ${how}`,
    started: T,
    api,
    request: { method: 'POST', path: `/v1/${api}`, headers: {}, body },
    answer: { status: 200, headers: {}, text: JSON.stringify(answer) },
    ms: 1,
    end: 'complete',
  }
}

const asked = { role: 'user', content: 'Go.' }
const more = { role: 'user', content: 'More.' }
const cutText = { role: 'assistant', content: 'Cut of' }

/** Each call has an answer of its own: that of the first is whole. */
function recorded(
  api: string,
  how: string,
  answer: (words: string, how: string) => object,
  whole: string,
): Case {
  const key = api === 'responses' ? 'input' : 'messages'
  const before = [asked, { role: 'assistant', content: 'Whole.' }, more]
  return {
    format: 'proxy-recordings',
    how: `${api} ${how}`,
    files: {
      'proxy.jsonl': [
        exchange(api, how, { model: 'm', [key]: [asked] }, answer('Whole.', whole)),
        exchange(api, `${how} 2`, { model: 'm', [key]: before }, answer('Cut of', how)),
      ],
    },
  }
}

const completion = (content: string, finish_reason: string) => ({
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }],
})
const item = (words: string) => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: words }],
})

function spans(how: string, finish: object): Case {
  return {
    format: 'otel',
    how,
    files: {
      'spans.jsonl': [
        span({
          id: 'a',
          at: 1,
          attributes: chat([user('Go.')], [said('Whole.')], { 'gen_ai.response.finish_reasons': ['stop'] }),
        }),
        span({
          id: 'b',
          at: 3,
          attributes: chat([user('Go.'), said('Whole.'), user('More.')], [said('Cut of')], finish),
        }),
      ],
    },
  }
}

function miniSwe(how: string): Case {
  const answer = (content: string, finish_reason: string) => ({
    role: 'assistant',
    content,
    extra: {
      response: { model: 'm', choices: [{ message: { role: 'assistant', content }, finish_reason }] },
    },
  })
  const info = {
    mini_version: '2.2.7',
    exit_status: 'Submitted',
    submission: '',
    config: { agent: {}, model: {} },
  }
  const messages = [asked, answer('Whole.', 'stop'), more, answer('Cut of', how)]
  return {
    format: 'mini-swe-agent',
    how,
    files: { 'run.traj.json': { info, messages, trajectory_format: 'mini-swe-agent-1.1' } },
  }
}

const aborted = { name: 'MessageAbortedError', data: { message: 'Aborted' } }
const tooLong = { name: 'MessageOutputLengthError', data: {} }
const before = [asked, { role: 'assistant', content: 'Whole.' }, more]

const cases: readonly Case[] = [
  ...['aborted', 'error', 'length'].map(pi),
  claudeCode('max_tokens', { stop_reason: 'max_tokens' }),
  claudeCode('aborted in mid-stream', { stop_reason: null }, { isAbortedMidStream: true }),
  opencode('aborted', { error: aborted }),
  opencode('output too long', { error: tooLong }),
  opencode('length', { finish: 'length' }),
  opencode('a step of length', {}, 'length'),
  amp('cancelled', { state: { type: 'cancelled' } }),
  amp('max_tokens', { state: { type: 'complete', stopReason: 'max_tokens' } }),
  amp('interrupted', { interrupted: true }),
  cursor('aborted'),
  cursor('error'),
  kimi('max_tokens', { finishReason: 'max_tokens' }),
  kimi('length, as the provider says it', { rawFinishReason: 'length' }),
  inspect('max_tokens'),
  inspect('model_length'),
  recorded('chat', 'length', completion, 'stop'),
  recorded(
    'messages',
    'max_tokens',
    (words, stop_reason) => ({ model: 'm', role: 'assistant', content: text(words), stop_reason }),
    'end_turn',
  ),
  recorded(
    'responses',
    'incomplete',
    (words, status) => ({ model: 'm', status, output: [item(words)] }),
    'completed',
  ),
  recorded(
    'ollama-chat',
    'length',
    (content, done_reason) => ({
      model: 'm',
      message: { role: 'assistant', content },
      done: true,
      done_reason,
    }),
    'stop',
  ),
  spans('length', { 'gen_ai.response.finish_reasons': ['length'] }),
  spans('MAX_TOKENS', { 'gen_ai.response.finish_reasons': ['MAX_TOKENS'] }),
  miniSwe('length'),
  {
    format: 'openai-messages',
    how: 'length',
    files: { 'rows.jsonl': [{ messages: [...before, { ...cutText, finish_reason: 'length' }] }] },
  },
  {
    format: 'responses',
    how: 'incomplete',
    files: {
      'calls.jsonl': [
        {
          request: { model: 'm', input: before },
          response: {
            id: 'r',
            object: 'response',
            status: 'incomplete',
            incomplete_details: { reason: 'max_output_tokens' },
            output: [item('Cut of')],
          },
        },
      ],
    },
  },
]

describe('an answer that was broken off is kept and not learned', () => {
  test.each(cases)('$format: $how', async ({ format, files }) => {
    const { traces } = await loadFiles(written(files))
    expect(new Set(traces.map(({ source }) => source.format))).toEqual(new Set([format]))
    const answers = traces.flatMap(({ messages }) => messages.filter(({ role }) => role === 'assistant'))
    const saying = (words: string) => answers.filter((message) => messageText(message).includes(words))
    expect(saying('Cut of').length).toBeGreaterThan(0)
    expect(saying('Whole.').length).toBeGreaterThan(0)
    expect(saying('Cut of').filter(isTrained)).toEqual([])
    // The other one stands in the same trace; what a recorded request repeats was learned where it was answered.
    if (format !== 'proxy-recordings') expect(saying('Whole.').every(isTrained)).toBe(true)
  })

  test('also where a later call of the model repeats it', async () => {
    const cut = { 'gen_ai.response.finish_reasons': ['length'] }
    const { traces } = await loadFiles({
      'spans.jsonl': [
        span({ id: 'a', at: 1, attributes: chat([user('Go.')], [called('c', 'edit', { path: 'a' })], cut) }),
        span({
          id: 'b',
          at: 3,
          attributes: chat([user('Go.'), called('c', 'edit', { path: 'a' }), user('On.')], [said('Whole.')]),
        }),
      ],
    })
    expect(traces.map(({ messages }) => messages.map(isTrained))).toEqual([[false, false, false, true]])
  })

  test('and a whole one is not taken for it', () => {
    for (const reason of [
      'stop',
      'end_turn',
      'tool_calls',
      'tool_use',
      'toolUse',
      'STOP',
      'stop_sequence',
      null,
      5,
    ])
      expect(isCutOff(reason)).toBe(false)
  })
})
