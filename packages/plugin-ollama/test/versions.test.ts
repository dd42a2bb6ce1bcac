import { join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { silentLogger } from '@sftkit/core'
import { expectSftError } from '@sftkit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import { type ModelFolder, readModelFolder } from '../src/checkpoint/model-folder.ts'
import type { Compared } from '../src/make/compare.ts'
import { verificationRecord } from '../src/make/record.ts'
import { registerVerified } from '../src/make/register-verified.ts'
import { ollamaClient } from '../src/ollama/client.ts'
import { stopTokens } from '../src/template/stops.ts'
import { PROBES, type Probe } from '../src/verify/probes.ts'
import { ollamaMessage } from '../src/verify/render.ts'
import { type ScriptedVersion, scriptedOllama } from './support/scripted-ollama.ts'

/** ChatML, without tools: what is tried here are versions, not templates. */
const JINJA = `{%- for message in messages -%}
<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}<|im_start|>assistant
{% endif -%}`

const header = Buffer.from('{}')
const length = Buffer.alloc(8)
length.writeBigUInt64LE(BigInt(header.length))
const home = folderWith({
  'model/config.json': JSON.stringify({ architectures: ['Qwen2ForCausalLM'], eos_token_id: 1 }),
  'model/tokenizer_config.json': JSON.stringify({ eos_token: '<|im_end|>' }),
  'model/tokenizer.json': JSON.stringify({
    added_tokens: ['<|im_start|>', '<|im_end|>'].map((content, id) => ({ id, content, special: true })),
  }),
  'model/chat_template.jinja': JINJA,
  'model/model.safetensors': Buffer.concat([length, header]),
  'model.gguf': 'GGUF and more',
})

/** As many as the text has letters. */
const tokens = (text: string): number => text.length
const rendering = new Template(JINJA)
const chats = PROBES.filter(({ tools }) => tools === undefined)
const rendered = chats.map((probe) => ({
  ...probe,
  text: rendering.render({ messages: probe.messages as never, add_generation_prompt: true }),
}))
const textOf = ({ messages }: { messages: Probe['messages'] }): string =>
  rendered.find((probe) => JSON.stringify(probe.messages.map(ollamaMessage)) === JSON.stringify(messages))
    ?.text ?? ''

const jinja: ScriptedVersion['render'] = (_, body) => textOf(body)
/** Knows Go templates alone: without one it gives the last words as they are. */
const go: ScriptedVersion['render'] = (template, body) =>
  template?.includes('<|im_start|>') ? textOf(body) : body.messages.at(-1).content

describe('an Ollama of another version', () => {
  let model: ModelFolder
  beforeAll(async () => {
    model = await readModelFolder(join(home, 'model'))
  })

  const register = async (
    script: Omit<ScriptedVersion, 'tokens'> & Partial<ScriptedVersion>,
    template?: string,
  ) => {
    await using server = await scriptedOllama({ tokens, ...script })
    const read = rendered.map((probe) => ({ ...probe, promptTokens: tokens(probe.text), beginTokens: 1 }))
    const compared: Compared = {
      rendered,
      live: {
        ...{ read: read.slice(0, 1), readAll: read },
        answer: read.slice(0, 1).map((probe) => ({ ...probe, answerTokens: 3 })),
      },
    }
    const record = verificationRecord(home, silentLogger, () => undefined)
    const registering = registerVerified({
      request: {
        ...{ name: 'team/agent', modelPath: model.path, out: home, quantization: 'q8_0', rows: [], template },
        ...{ log: silentLogger, signal: new AbortController().signal, report: () => undefined },
      },
      client: ollamaClient(server.url),
      version: script.version,
      gguf: join(home, 'model.gguf'),
      sha256: 'a'.repeat(64),
      ...{ model, stops: stopTokens(model), compared, record },
    })
    const outcome = await registering.then(
      (served) => ({ served }),
      (error: unknown) => ({ error }),
    )
    return {
      ...outcome,
      created: server.created,
      names: server.names(),
      requests: server.requests,
      gates: Object.fromEntries(record.gates.map(({ gate, status }) => [gate, status])),
    }
  }

  test.each(['0.30.0', '0.33.2', '0.34.0', '0.34.1', '0.41.0', '1.0.3', 'v0.35.0-rc2'])(
    '%s renders the GGUF: it is given a GGUF and stops, and nothing else',
    async (version) => {
      const { created, names, gates, ...outcome } = await register({ version, render: jinja })
      expect(outcome).toMatchObject({ served: undefined })
      expect(created).toEqual([
        {
          model: expect.stringMatching(/^team\/agent:sftkit-/),
          files: { 'model.gguf': `sha256:${'a'.repeat(64)}` },
          parameters: { stop: ['<|im_end|>'] },
          stream: true,
        },
      ])
      expect(names).toEqual(['team/agent:latest'])
      expect(gates).toEqual({ render: 'passed', live: 'passed' })
    },
  )

  test.each(['0.24.0', '0.13.5'])('%s is given a Go template', async (version) => {
    const { created, names, gates } = await register({ version, render: go })
    expect(created.map(({ template }) => template)).toEqual([expect.stringContaining('.Messages')])
    expect(names).toEqual(['team/agent:latest'])
    expect(gates).toEqual({ render: 'passed', live: 'passed' })
  })

  test.each(['0.0.0', '0.27.1', 'nightly', ''])('%j is asked what it renders', async (version) => {
    const one = await register({ version, render: jinja })
    expect(one.created.map(({ template }) => template)).toEqual([undefined])
    const other = await register({ version, render: go })
    expect(other.created.map(({ template }) => template)).toEqual([undefined, expect.any(String)])
    for (const { names, gates } of [one, other]) {
      expect(names).toEqual(['team/agent:latest'])
      expect(gates).toEqual({ render: 'passed', live: 'passed' })
    }
  })

  test('one that does not show what it renders: the gate has not run, and every prompt is counted', async () => {
    const script = { version: '0.9.0', shows: false }
    const good = await register({ ...script, render: go })
    expect(good.gates).toEqual({ render: 'not-run', live: 'passed' })
    expect(good.names).toEqual(['team/agent:latest'])
    expect(good.requests.filter((call) => call.startsWith('POST /api/chat')).length).toBeGreaterThan(
      chats.length,
    )
    // A system message that is lost makes one of the prompts shorter, and nothing else shows it.
    const lossy = await register({
      ...script,
      render: (template, body) => go(template, body).replace(/<\|im_start\|>system\n.*?<\|im_end\|>\n/, ''),
    })
    expect(lossy.gates).toEqual({ render: 'not-run', live: 'failed' })
    expect(lossy.names).toEqual([])
    await expectSftError(Promise.reject('error' in lossy && lossy.error), 'SFT_VERIFY_LIVE')
  })

  test.each([
    ['too many', 1],
    ['the begin too few', -1],
  ])('one that reads a token of a prompt %s', async (_, more) => {
    const { names, ...outcome } = await register({
      version: '0.34.0',
      render: jinja,
      tokens: (text) => text.length + more,
    })
    expect(names).toEqual([])
    await expectSftError(Promise.reject('error' in outcome && outcome.error), 'SFT_VERIFY_LIVE')
  })

  test('one that stops in the middle of an answer', async () => {
    const { names: _, ...outcome } = await register({
      version: '0.34.0',
      render: jinja,
      answers: (_body, response) => {
        response.destroy()
      },
    })
    await expectSftError(Promise.reject('error' in outcome && outcome.error), 'SFT_OLLAMA_UNREACHABLE')
    expect(outcome.requests.filter((call) => call.startsWith('DELETE')).length).toBe(6)
  })
})
