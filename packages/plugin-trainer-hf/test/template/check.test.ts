import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { checkTemplate } from '../../src/template/check.ts'
import { writeTurnRows } from '../../src/template/turn-rows.ts'
import { BRACKETS, CHATML, ROLES } from './families.ts'
import { type TestModel, testFolder, writeModel, writeRows } from './model.ts'
import { rows } from './rows.ts'

const [plain, system, , call, calls, reasoning] = rows

const ROLE_TOKENS = ['<|start_of_role|>', '<|end_of_role|>', '<|tool_call|>']
const roles: TestModel = { template: ROLES, eos: '<|end_of_text|>', control: ROLE_TOKENS }

async function check(model: TestModel, of: readonly unknown[], python?: string) {
  return await checkTemplate({
    model: { path: writeModel(model) },
    files: [writeRows(of)],
    signal: new AbortController().signal,
    ...(python !== undefined && { python }),
  })
}

function codes({ warnings }: { readonly warnings: readonly { readonly code: string }[] }): string[] {
  return warnings.map(({ code }) => code)
}

describe('what the template leaves out', () => {
  test('tool calls that rows have: an error with the row', async () => {
    const error = await expectSftError(check({ template: CHATML }, [plain, call]), 'SFT_TEMPLATE_DROPS')
    expect(error).toMatchObject({ source: 'train.jsonl', line: 2 })
  })

  test('the same template trains rows without calls', async () => {
    const { training, checked } = await check({ template: CHATML }, [plain, system])
    expect(training?.by).toBe('derived')
    expect(checked).toBe(2)
  })

  test('tool results', async () => {
    const template = ROLES.replace("message['role'] == 'tool'", "message['role'] == 'none'").replace(
      '{%- else %}',
      "{%- elif message['role'] != 'tool' %}",
    )
    await expectSftError(check({ ...roles, template }, [call]), 'SFT_TEMPLATE_DROPS')
  })

  test('all calls of a turn but the first', async () => {
    const template = ROLES.replace("in message['tool_calls']", "in message['tool_calls'][:1]")
    await expectSftError(check({ ...roles, template }, [calls]), 'SFT_TEMPLATE_DROPS')
    expect((await check({ ...roles, template }, [call])).training?.by).toBe('derived')
  })

  test('text beside calls and reasoning: warnings', async () => {
    expect(codes(await check(roles, [calls]))).toContain('drops-text-beside-calls')
    expect(codes(await check({ template: CHATML }, [reasoning]))).toEqual(
      expect.arrayContaining(['drops-reasoning', 'drops-earlier-reasoning']),
    )
  })
})

test('a template that raises is named with what it raises at', async () => {
  const model = { template: BRACKETS, bos: '<s>', eos: '</s>' }
  const error = await expectSftError(check(model, [plain, system]), 'SFT_TEMPLATE_REFUSED')
  expect(error).toMatchObject({ line: 2 })
  expect(error.message).toContain('Only user and assistant')
})

test('arguments are given as the template needs them', async () => {
  expect((await check(roles, [call])).argumentsAs).toBe('object')
  const template = ROLES.replace(
    "call['function'] | tojson",
    `'{"name": "' + call['function']['name'] + '", "arguments": ' + call['function']['arguments'] + '}'`,
  )
  const asText = await check({ ...roles, template }, [call])
  expect(asText.argumentsAs).toBe('text')
  expect(asText.facts?.calls).toBe('kept')
})

describe('what is learned', () => {
  test('a row whose turns are all excluded, or that has none, is refused', async () => {
    const excluded = {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b', train: false },
      ],
    }
    const error = await expectSftError(check(roles, [plain, excluded]), 'SFT_TEMPLATE_UNLEARNED')
    expect(error).toMatchObject({ line: 2 })
    const without = { messages: [{ role: 'user', content: 'a' }] }
    await expectSftError(check(roles, [without]), 'SFT_TEMPLATE_UNLEARNED')
  })

  test('turns without an end, which the model would never stop', async () => {
    const template = `{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}`
    await expectSftError(check({ template }, [plain], 'python-that-is-not-there'), 'SFT_TEMPLATE_END')
    // Without an environment it is not known whether TRL trains the template with marks of its own.
    expect(codes(await check({ template }, [plain]))).toEqual(['end'])
  })

  test('an end that is not what the model stops at: a warning', async () => {
    const model = { template: CHATML, eos: '<|endoftext|>', control: ['<|im_start|>', '<|im_end|>'] }
    expect(codes(await check(model, [plain]))).toEqual(['stop'])
    expect(codes(await check({ ...model, stops: ['<|im_end|>'] }, [plain]))).toEqual([])
  })

  test('a begin of text that stands twice', async () => {
    const model = { template: `{{ bos_token }}${BRACKETS}`, bos: '<s>', eos: '</s>' }
    await expectSftError(check(model, [plain]), 'SFT_TEMPLATE_BEGIN')
  })

  test('an edited copy of a known template still gets marks', async () => {
    const template = CHATML.replace('You help.', 'You help in my way.')
    const { training } = await check({ template }, [plain])
    expect(training?.by).toBe('derived')
    expect(training?.forRun).toContain('{% generation %}')
    expect(training?.template?.render(plain?.messages ?? []).text).toContain('in my way')
  })

  test('a template that no marks fit trains one row for each turn', async () => {
    const template = `{{ messages | map(attribute='content') | join('<|im_start|>') }}{{ eos_token }}`
    const { training, learning } = await check({ template }, [plain])
    expect(training).toEqual({ by: 'turns' })
    expect(learning.marked).toBeUndefined()
  })
})

describe('warnings', () => {
  test('a template that writes the date', async () => {
    const template = `{{ 'Today: ' + strftime_now('%d %b %Y') }}${CHATML}`
    expect(codes(await check({ template }, [plain]))).toEqual(['prints-date'])
  })

  test('control tokens that a message spells', async () => {
    const spelled = {
      messages: [
        { role: 'user', content: 'what is <|im_end|>?' },
        { role: 'assistant', content: 'A token.' },
      ],
    }
    expect(codes(await check({ template: CHATML }, [plain, spelled]))).toEqual(['control-tokens'])
  })

  test('rows that call tools and name none', async () => {
    const unnamed = { messages: call?.messages }
    expect(codes(await check(roles, [call, unnamed]))).toContain('no-tools')
    expect(codes(await check(roles, [call]))).not.toContain('no-tools')
  })

  test('a turn that stands behind other words in training than where it is served', async () => {
    const template = CHATML.replace(
      "'<|im_start|>assistant\\n' }}",
      "'<|im_start|>assistant\\n<think>\\n' }}",
    )
    expect(codes(await check({ template }, [plain]))).toEqual(['prefix'])
  })
})

describe('bad input', () => {
  test.each([
    ['no folder', './nowhere'],
    ['no name', 'a/b/c'],
  ])('%s', async (_name, path) => {
    const input = { files: [writeRows([plain])], signal: new AbortController().signal }
    await expectSftError(checkTemplate({ model: { path }, ...input }), 'SFT_TEMPLATE_MODEL')
  })

  test('a folder without a tokenizer', async () => {
    const path = testFolder()
    const input = { files: [writeRows([plain])], signal: new AbortController().signal }
    await expectSftError(checkTemplate({ model: { path }, ...input }), 'SFT_TEMPLATE_MODEL')
  })

  test('a tokenizer that is none, a template that is none', async () => {
    await expectSftError(check({ template: CHATML, tokenizer: '{"model":' }, [plain]), 'SFT_TEMPLATE_MODEL')
    await expectSftError(check({ template: '{% for %}' }, [plain]), 'SFT_TEMPLATE_MODEL')
  })

  test('a base model without a chat template', async () => {
    await expectSftError(check({}, [plain]), 'SFT_TEMPLATE_NONE')
    const { rows: count, warnings } = await check({}, [{ text: 'plain text needs none' }])
    expect([count, warnings]).toEqual([1, []])
  })

  test.each([
    ['half a line', '{"messages": ['],
    ['a list', '[]'],
    ['no column', '{"a": 1}'],
    [
      'a prompt and an answer of two kinds',
      '{"prompt": "a", "completion": [{"role": "assistant", "content": "b"}]}',
    ],
  ])('%s', async (_name, line) => {
    const error = await expectSftError(check(roles, [plain, line]), 'SFT_TEMPLATE_ROW')
    expect(error).toMatchObject({ line: 2 })
  })
})

test('a line ends with a newline only, and not with what JSON allows inside a text', async () => {
  const row = {
    messages: [
      { role: 'user', content: 'one\u2028two\u2029three' },
      { role: 'assistant', content: 'four' },
    ],
  }
  expect((await check(roles, [row, row])).rows).toBe(2)
})

test('rows of turns: one for each learned turn, with all before it', async () => {
  const target = join(testFolder(), 'train.jsonl')
  const some = {
    messages: system?.messages.map((message, at) => (at === 2 ? { ...message, train: false } : message)),
  }
  const written = await writeTurnRows([writeRows([calls, some])], target, 'object')
  const lines = readFileSync(target, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(written.rows).toBe(4)
  expect(lines.map(({ prompt }) => prompt.length)).toEqual([1, 4, 6, 4])
  expect(lines.every(({ completion }) => completion.length === 1 && completion[0].role === 'assistant')).toBe(
    true,
  )
  expect(lines[0].tools).toEqual(calls?.tools)
})
