import { expect, test } from 'vitest'
import { ollamaClient } from '../src/ollama/client.ts'
import { goTemplates } from '../src/template/go/templates.ts'
import { renderJinja } from '../src/template/jinja.ts'
import { servedTemplate } from '../src/template/served.ts'
import { checkOllamaRendering } from '../src/verify/render.ts'
import { fakeOllama } from './support/fake-ollama.ts'

const DATED = `{{ '<|today|>' + strftime_now('%d %b %Y') + '<|end|>' }}{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}`
const tokenizer = { template: DATED, eos: '<|end|>', special: new Map([[0, '<|end|>']]) }
const probe = { name: 'a question', messages: [{ role: 'user', content: 'When?' }] }
const text = renderJinja(DATED, probe, tokenizer)

/** A day from now, as the template writes it. */
const day = (days: number): string => {
  const date = new Date(Date.now() + days * 86_400_000)
  const month = date.toLocaleString('en', { month: 'short' })
  return `${String(date.getDate()).padStart(2, '0')} ${month} ${date.getFullYear()}`
}
const onDay = (days: number): string => text.replace(/(?<=<\|today\|>)[^<]*/, day(days))

async function verdict(rendered: string): Promise<string> {
  await using server = await fakeOllama({
    'POST /api/chat': (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ done: true, _debug_info: { rendered_template: rendered } }))
    },
  })
  const { status } = await checkOllamaRendering(
    ollamaClient(server.url),
    'model',
    [{ ...probe, text }],
    tokenizer,
  )
  return status
}

test('an Ollama where it is another day renders alike, one with another date does not', async () => {
  expect(servedTemplate(tokenizer)).toMatchObject({ printsToday: true, before: '' })
  expect(await verdict(text)).toBe('passed')
  expect(await verdict(onDay(1))).toBe('passed')
  expect(await verdict(onDay(-1))).toBe('passed')
  expect(await verdict(onDay(40))).toBe('failed')
  expect(await verdict(onDay(1).replace('When', 'Why'))).toBe('failed')
})

test('a date that a template fixes unless it is given one stays as it is', () => {
  const fixed = `{%- if not date_string is defined %}{% set date_string = '26 Jul 2024' %}{% endif %}{{ date_string }}{% for m in messages %}{{ m.content }}{% endfor %}`
  expect(servedTemplate({ ...tokenizer, template: fixed })).toEqual({
    beginOfText: false,
    before: '{%- set date_string = "26 Jul 2024" %}',
    fixedDate: '26 Jul 2024',
    printsToday: false,
  })
})

test('a Go template asks Ollama for the date', () => {
  const model = {
    ...{ path: '', architecture: 'LlamaForCausalLM', weights: [], endIds: [] },
    tokenizer,
  }
  const [template] = goTemplates(model)
  expect(template?.text).toContain('currentDate')
  expect(template?.text).not.toContain(day(0))
})
