import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import type { RunningServer } from '../../../e2e/support/http-server.ts'
import { findModelServers, startOllama } from '../../../e2e/support/model-servers.ts'
import { sft } from '../../../e2e/support/sft.ts'
import { sftAtTerminal } from '../../../e2e/support/terminal.ts'
import { findLlamaCpp } from '../src/converter/find.ts'
import { evaluateRun, openModel, recordedTools } from '../src/index.ts'
import { writeGguf } from '../src/make/write-gguf.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { registerTemporarily } from '../src/ollama/register.ts'
import { startPython } from '../src/python/process.ts'
import { tinyModel, useTestParts, WEATHER } from './support/python.ts'

const { servers, reason } = findModelServers('serve', 'ollama')

/** Question, city, what the tool gives, answer: they share no words, which so small a model would confuse. */
const CALLING = [
  ['Is snow near Oslo?', 'Oslo', 'fresh powder', 'Take skis.'],
  ['Must we pack umbrellas for Lima', 'Lima', 'dense fog', 'A coat will do.'],
  ['Quito: sun or clouds', 'Quito', 'clear sky', 'Wear a hat.'],
] as const
const TALKING = [
  ['Who are you?', 'A guide on the road.'],
  ['Thanks!', 'With pleasure.'],
] as const
const BEGIN = { role: 'system', content: 'You help.' }

/** Each conversation once. */
const ROWS = [
  ...CALLING.map(([question, city, result, answer], at) => ({
    messages: [
      ...[BEGIN, { role: 'user', content: question }],
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: `c${at}`, type: 'function', function: { name: 'get_weather', arguments: { city } } },
        ],
      },
      { role: 'tool', tool_call_id: `c${at}`, name: 'get_weather', content: result },
      { role: 'assistant', content: answer },
    ],
    tools: WEATHER,
  })),
  ...TALKING.map(([question, answer]) => ({
    messages: [BEGIN, { role: 'user', content: question }, { role: 'assistant', content: answer }],
  })),
]

/** Of each row the last message is learned: one that calls is there up to its call as well. */
const LEARNED = ROWS.flatMap((row) =>
  'tools' in row ? [row, { ...row, messages: row.messages.slice(0, 3) }] : [row],
)

describe.skipIf(servers === undefined)(
  `chat and eval with a tiny model${reason ? ` (${reason})` : ''}`,
  () => {
    const home = folderWith()
    const run = join(home, 'sft-out')
    const gguf = join(run, 'model', 'agent-f16.gguf')
    let server: RunningServer
    let env: Record<string, string>

    beforeAll(async () => {
      if (servers === undefined) return
      const python = useTestParts(servers)
      env = Object.fromEntries(
        ['SFT_PYTHON', 'SFT_SERVE_DIR', 'OLLAMA_HOST'].map((name) => [name, process.env[name] ?? '']),
      )
      const made = folderWith({
        'rows.jsonl': ROWS.map((row) => JSON.stringify(row)).join('\n'),
        'learned.jsonl': LEARNED.map((row) => JSON.stringify(row)).join('\n'),
      })
      const split = ['--set', 'split.ratios.train=0', '--set', 'split.ratios.validation=1']
      await sft(['run', join(made, 'rows.jsonl'), '--format', 'messages', '--out', run, ...split], {
        cwd: made,
      })
      const chats = join(made, 'learned.jsonl')
      const trained = await tinyModel(python, 'qwen2', join(home, 'trained'), chats, '--steps', '110')
      const base = await tinyModel(python, 'qwen2', join(home, 'base'), chats, '--steps', '0')
      mkdirSync(join(run, 'model'))
      await using converting = await startPython()
      const parts = {
        llamaCpp: findLlamaCpp(),
        python: converting,
        quantization: 'f16' as const,
        name: 'agent',
      }
      await writeGguf({ ...parts, folder: trained, gguf })
      writeFileSync(
        join(run, 'model/run.json'),
        JSON.stringify({ model: { path: base }, dataset: { validation: [] } }),
      )
      server = await startOllama('0.34.0')
      const client = ollamaClient(server.url)
      await using model = await registerTemporarily({ client, gguf, name: 'agent', stops: ['<|im_end|>'] })
      await model.create()
      await model.keep()
      return () => server.stop()
    })

    const perfect = {
      turns: 8,
      right: 8,
      calls: { turns: 3, exact: 3, sameTools: 3, missed: 0 },
      text: { turns: 5, exact: 5, alike: 5, called: 0 },
      made: { calls: 3, valid: 3 },
      ends: { stop: 8, length: 0, error: 0 },
    }

    test('sft eval compares the trained model with the one before training', async () => {
      const { code, stdout, stderr } = await sft(['eval', run], { cwd: home, env })
      expect({ code, stderr }).toMatchObject({ code: 0 })
      expect(stdout).toMatch(/^ +base +trained +of$/m)
      expect(stdout).toMatch(/^calls: name and arguments equal +0\.0 % +100\.0 % +answers with calls$/m)
      const first = readFileSync(join(run, 'model/eval.json'), 'utf8')
      const { models, outcomes, ...rest } = JSON.parse(first)
      expect(rest).toEqual({ schema: 1, split: 'validation', rows: 5, turns: 8, seed: 0 })
      const [base, trained] = models
      expect(trained).toMatchObject({
        role: 'trained',
        engine: 'llama.cpp, agent-f16.gguf',
        figures: perfect,
      })
      expect(base).toMatchObject({ role: 'base', figures: { right: 0 } })
      expect(trained.figures.loss).toBeLessThan(0.2)
      expect(base.figures.loss).toBeGreaterThan(4)
      expect(base.figures.lossTokens).toBe(trained.figures.lossTokens)
      expect(outcomes[0]).toMatchObject({
        ...{ row: 1, file: 'validation.jsonl', line: 1, turn: 2 },
        expected: { text: '', calls: [{ name: 'get_weather' }] },
        trained: { right: true, said: { text: '' } },
      })
      const again = await sft(['eval', run, '--json'], { cwd: home, env })
      expect(again.stdout).toBe(`${JSON.stringify(JSON.parse(first))}\n`)
      expect(readFileSync(join(run, 'model/eval.json'), 'utf8')).toBe(first)
      expect(first).not.toContain(home)
    })

    test('Ollama gives the same figures, without the loss', async () => {
      const { models, missing } = await evaluateRun(run, {
        model: 'agent',
        host: server.url,
        limit: 4,
        against: false,
      })
      expect(missing).toBeUndefined()
      expect(models).toEqual([
        {
          role: 'trained',
          engine: 'Ollama 0.34.0, agent',
          figures: {
            ...perfect,
            ...{ turns: 7, right: 7, text: { turns: 4, exact: 4, alike: 4, called: 0 } },
            ends: { stop: 7, length: 0, error: 0 },
          },
        },
      ])
    })

    test('a limit that is too short is seen, and so is a base that is not there', async () => {
      const copy = join(home, 'elsewhere')
      cpSync(run, copy, { recursive: true })
      writeFileSync(
        join(copy, 'model/run.json'),
        JSON.stringify({ model: { path: 'nobody/no-such-model' }, dataset: { validation: [] } }),
      )
      const { models, missing, outcomes } = await evaluateRun(copy, { limit: 1, maxTokens: 2 })
      expect(missing).toContain('nobody/no-such-model')
      expect(models).toMatchObject([{ figures: { right: 0, ends: { stop: 0, length: 2 } } }])
      expect(outcomes).toHaveLength(2)
      await expectSftError(evaluateRun(copy, { split: 'test' }), 'SFT_EVAL_ROWS')
      await expectSftError(evaluateRun(home), 'SFT_EVAL_ROWS')
    })

    test('sft chat takes prompts from a pipe, one a line, and answers calls from the dataset', async () => {
      const lines = `${CALLING[1][0]}\n\n${TALKING[1][0]}\n/exit\nnot asked\n`
      const flags = ['--system', 'You help.', '--tools', run]
      for (const model of [run, gguf]) {
        const { code, stdout, stderr } = await sft(['chat', model, ...flags], {
          cwd: home,
          env,
          input: lines,
        })
        expect({ code, stdout }).toEqual({
          code: 0,
          stdout: expect.stringMatching(/^→ get_weather \{"city":"Lima"\}\nA coat will do\.\n[^\n]*\n$/),
        })
        expect(stderr).toContain('recorded: dense fog')
      }
      const { stdout } = await sft(['chat', 'agent', ...flags, '--host', server.url, '--json'], {
        ...{ cwd: home, env },
        input: lines.split('\n')[0] as string,
      })
      const call = { name: 'get_weather', arguments: { city: 'Lima' } }
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toMatchObject([
        { type: 'answer', text: '', calls: [call], end: 'stop' },
        { type: 'result', ...call, content: 'dense fog', from: 'recorded' },
        { type: 'answer', text: 'A coat will do.', calls: [], end: 'stop' },
      ])
    })

    test('a prompt that is given is the only one; - is all of stdin', async () => {
      const only = await sft(['chat', gguf, 'Thanks!', '--system', 'You help.'], {
        cwd: home,
        env,
        input: 'no\n',
      })
      expect(only).toMatchObject({ code: 0, stdout: 'With pleasure.\n' })
      const all = await sft(['chat', gguf, '-', '--system', 'You help.', '--json'], {
        cwd: home,
        env,
        input: 'Who are you?',
      })
      expect(JSON.parse(all.stdout)).toMatchObject({
        type: 'answer',
        text: 'A guide on the road.',
        end: 'stop',
      })
    })

    test('at a terminal answers stream, and Ctrl-C at the prompt ends it', async () => {
      const typed = [
        { cue: '> ', reply: 'Thanks!\r' },
        { cue: 'With pleasure.', reply: '' },
        { cue: '> ', reply: '\u0003' },
      ]
      const { code, shown } = await sftAtTerminal(['chat', gguf, '--system', 'You help.'], typed, {
        cwd: home,
        env,
      })
      expect(shown).toContain('With pleasure.')
      expect(code).toBe(130)
    })

    test('at a terminal Ctrl-C stops an answer first, and the chat goes on', async () => {
      // Untrained, it does not stop by itself.
      const base = join(run, 'model/base/qwen2-f16.gguf')
      const typed = [
        { cue: '> ', reply: 'Tell me everything.\r' },
        { cue: 'everything.\r', reply: '\u0003' },
        { cue: 'stopped', reply: '' },
        { cue: '> ', reply: '/exit\r' },
      ]
      const { code } = await sftAtTerminal(['chat', base, '--max-tokens', '1500'], typed, { cwd: home, env })
      expect(code).toBe(0)
    })

    test('an answer is stopped where it is, by a signal', async () => {
      // Untrained, it does not stop by itself.
      const base = join(run, 'model/base/qwen2-f16.gguf')
      const client = ollamaClient(server.url)
      await using babbler = await registerTemporarily({ client, gguf: base, name: 'babbler', stops: [] })
      await babbler.create()
      for (const model of [base, babbler.name]) {
        await using engine = await openModel(model, { host: server.url })
        const stop = new AbortController()
        let said = ''
        const onPiece = (piece: string): void => {
          said += piece
          stop.abort()
        }
        const chat = { messages: [{ role: 'user', content: 'Tell me everything.' }] }
        const answer = await engine.answer(chat, { maxTokens: 1500, signal: stop.signal, onPiece })
        expect(answer).toMatchObject({ end: 'cancelled', text: said })
        expect(said).not.toBe('')
      }
    })

    test('the same seed says the same', async () => {
      await using engine = await openModel(gguf)
      const chat = { messages: [{ role: 'user', content: 'Tell me everything.' }] }
      const say = async (seed: number) =>
        (await engine.answer(chat, { temperature: 3, seed, maxTokens: 24 })).text
      const [first, second, other] = [await say(1), await say(1), await say(2)]
      expect(second).toBe(first)
      expect(other).not.toBe(first)
    })

    test('tools of a dataset, and what is none', async () => {
      const { tools, resultOf } = await recordedTools(run)
      expect(tools).toHaveLength(1)
      expect(resultOf({ name: 'get_weather', arguments: { city: 'Quito' } })).toBe('clear sky')
      expect(resultOf({ name: 'get_weather', arguments: { city: 'Rome' } })).toBeUndefined()
      await expectSftError(recordedTools(join(home, 'none')), 'SFT_EVAL_ROWS')
      await expectSftError(openModel(join(home, 'none.gguf')), 'SFT_MODEL_UNKNOWN')
      await expectSftError(openModel(home), 'SFT_MODEL_UNKNOWN')
      await expectSftError(openModel(join(run, 'manifest.json')), 'SFT_MODEL_GGUF')
      await expectSftError(openModel('nobody', { host: server.url }), 'SFT_MODEL_UNKNOWN')
      await using engine = await openModel(gguf)
      const long = { messages: [{ role: 'user', content: 'a b c '.repeat(4000) }] }
      await expectSftError(engine.answer(long), 'SFT_MODEL_CONTEXT')
    })
  },
)
