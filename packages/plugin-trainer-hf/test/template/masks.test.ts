import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTemplate } from '../../src/template/check.ts'
import { type ModelChat, modelChat } from '../../src/template/checked-model.ts'
import { learnedText, learnedTokens } from '../../src/template/learned.ts'
import { chatTemplate } from '../../src/template/render.ts'
import { rowSurvey } from '../../src/template/survey.ts'
import { trainingTemplate } from '../../src/template/training-template.ts'
import { trlTemplates } from '../../src/template/trl-templates.ts'
import { findTraining } from '../training.ts'
import { trained, untrained } from './families.ts'
import { writeRows } from './model.ts'
import { type Row, rows } from './rows.ts'
import { type MaskedRow, openTrl, type Trl, type WithTemplates } from './trl.ts'

const found = await findTraining()
const name = 'learned tokens against TRL'

describe.skipIf('reason' in found)('reason' in found ? `${name} (skipped: ${found.reason})` : name, () => {
  const families = [...trained, ...untrained]
  const chats = new Map<string, ModelChat>()
  /** Families that TRL trains are also tried as if it did not know them. */
  const derived = new Map<string, string>()
  let trl: Trl
  let patched: ReadonlyMap<string, string>
  let withDerived: Readonly<Record<string, WithTemplates>>

  beforeAll(async () => {
    const python = 'python' in found ? found.python : ''
    trl = await openTrl(python, families, rows)
    patched = await trlTemplates(python)
    for (const { name } of families) {
      const chat = await modelChat({ path: join(trl.folder, name) }, new AbortController().signal)
      chats.set(name, chat)
      // Gemma 4 writes text beside calls behind their results, where no copy can mark it.
      const made = await choose(
        chat,
        undefined,
        rows.filter(({ messages }) => name !== 'gemma4' || !messages.some(isBesideCalls)),
      )
      if (made.by === 'derived' && made.forRun !== undefined) derived.set(name, made.forRun)
    }
    withDerived = await trl.maskWith(Object.fromEntries([...derived].map(([name, text]) => [name, [text]])))
  })
  afterAll(() => trl?.close())

  test('there are at least 15 families that TRL trains', () => {
    const known = trained.filter(({ name }) => trl.masks[name]?.by !== 'none')
    expect(known.length).toBeGreaterThanOrEqual(15)
    expect(known.length).toBe(trained.length)
  })

  test.each(trained.map(({ name }) => name))(
    '%s: tokens and learned tokens are those of TRL',
    async (name) => {
      const chat = chatOf(name)
      const source = chat.template?.source ?? ''
      const { by, template } = await choose(chat, patched.get(source))
      expect(by).toBe(trl.masks[name]?.by)
      expect(await mine(chat, template?.source ?? '')).toEqual(comparable(trl.masks[name]?.rows))
    },
  )

  test('templates that TRL refuses get marks here', () => {
    for (const { name } of untrained) {
      expect(trl.masks[name], name).toEqual({ by: 'none' })
      expect(derived.has(name), name).toBe(true)
    }
  })

  test.each(families.map(({ name }) => name).filter((name) => name !== 'lfm2.5'))(
    '%s: a derived copy writes the same, and marks the same in Python',
    async (name) => {
      const { plain, marked } = withDerived[name] as WithTemplates
      const [rowsOfCopy] = marked
      expect(rowsOfCopy?.map(idsOf)).toEqual(plain.map((ids, at) => (told(rowsOfCopy, at) ? ids : null)))
      expect(await mine(chatOf(name), derived.get(name) ?? '')).toEqual(comparable(rowsOfCopy))
    },
  )

  // Where TRL's copy writes the same text, it marks what the derived one marks, and words before a turn that the model is
  // given; the end of text that Phi-3 writes after the last turn is the one thing more.
  test.each(trained.filter(({ name }) => name !== 'lfm2.5').map(({ name }) => name))(
    '%s: a derived copy marks no token that TRL does not',
    (name) => {
      const of = withDerived[name]?.marked[0] ?? []
      for (const [at, row] of (trl.masks[name]?.rows ?? []).entries()) {
        const own = of[at]
        if ('error' in row || own === undefined || 'error' in own || `${own.ids}` !== `${row.ids}`) continue
        expect(own.mask.filter((learned, token) => learned === 1 && row.mask[token] === 0)).toEqual([])
        expect(own.mask).toContain(1)
      }
    },
  )

  test.each([
    [
      'llama3.1',
      '{"name": "get_weather", "parameters": {"city": "Oslo"}}<|eot_id|>',
      'It is 4 C in Oslo.<|eot_id|>',
    ],
    [
      'gemma4',
      '<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|><|tool_response>',
      'It is 4 C in Oslo.<turn|>\n',
    ],
    [
      'roles',
      '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Oslo"}}]<|end_of_text|>\n',
      'It is 4 C in Oslo.<|end_of_text|>\n',
    ],
  ])('%s: learned are the call and the answer, each with its end', async (name, ...parts) => {
    const chat = chatOf(name)
    const [row] = await mine(chat, derived.get(name) ?? '', [rows[3] as Row])
    if (row === undefined || row === 'refused') throw new Error('the row is refused')
    const learned = row.ids.filter((_id, at) => row.mask[at] === 1)
    expect(chat.tokenizer.decode(learned)).toBe(parts.join(''))
  })

  test('where the copy that is trained writes earlier turns otherwise than what is served, it is said', async () => {
    const file = writeRows([rows[1], rows[5]])
    const warned = async (name: string) => {
      const model = { path: join(trl.folder, name) }
      const python = 'python' in found ? found.python : ''
      const { warnings } = await checkTemplate({
        model,
        files: [file],
        python,
        signal: new AbortController().signal,
      })
      return warnings.map(({ code }) => code)
    }
    // And the copy keeps the reasoning of earlier turns, which the model's own template leaves out.
    expect(await warned('qwen3')).toEqual(['prefix'])
    expect(await warned('qwen2.5')).toEqual(['drops-reasoning', 'drops-earlier-reasoning'])
  })

  test('turns that are not learned keep their text and lose their marks', async () => {
    for (const name of ['qwen2.5', 'phi3', 'deepseek-v3', 'gpt-oss', 'chatml']) {
      const chat = chatOf(name)
      const row = rows[1] as Row
      const half = row.messages.map((message, at) => (at === 2 ? { ...message, train: false } : message))
      const all = await choose(chat, patched.get(chat.template?.source ?? ''))
      const some = await choose(chat, patched.get(chat.template?.source ?? ''), [{ messages: half }])
      const [whole] = await mine(chat, all.template?.source ?? '', [row])
      const [part] = await mine(chat, some.template?.source ?? '', [{ messages: half }])
      if (whole === 'refused' || part === 'refused' || whole === undefined || part === undefined)
        throw new Error(`${name} refuses the row`)
      expect(part.ids, name).toEqual(whole.ids)
      // What is lost is the first of two runs of learned tokens.
      const second = whole.mask.lastIndexOf(0, whole.mask.lastIndexOf(1))
      expect(part.mask, name).toEqual(whole.mask.map((learned, at) => (at > second ? learned : 0)))
    }
  })

  function chatOf(name: string): ModelChat {
    return chats.get(name) as ModelChat
  }
})

async function choose(chat: ModelChat, patched?: string, of: readonly Row[] = rows) {
  const { template, tokenizer } = chat
  if (template === undefined) throw new Error('no template')
  const survey = rowSurvey([])
  for (const value of of) survey.add({ value: { ...value }, file: 'rows', line: 1 })
  return await trainingTemplate({
    template,
    tokenizer,
    parts: survey.parts(),
    ...(patched !== undefined && { patched }),
  })
}

async function mine(chat: ModelChat, source: string, of: readonly Row[] = rows) {
  const { template, tokenizer } = chat
  if (template === undefined) throw new Error('no template')
  const marked = await chatTemplate(source, tokenizer.special)
  return of.map(({ messages, tools = null }) => {
    try {
      const text = learnedText(
        { kind: 'chat', messages, tools, variables: {} },
        { tokenizer, template, marked, assistantOnly: true, argumentsAs: 'object' },
      )
      const tokens = learnedTokens(text, tokenizer)
      return { ids: tokens?.encoded.ids ?? [], mask: [...(tokens?.mask ?? [])] }
    } catch {
      return 'refused' as const
    }
  })
}

function isBesideCalls({ content, tool_calls }: Row['messages'][number]): boolean {
  return content !== '' && tool_calls !== undefined
}

function comparable(rows: readonly MaskedRow[] = []) {
  return rows.map((row) => ('error' in row ? ('refused' as const) : row))
}

function idsOf(row: MaskedRow): readonly number[] | null {
  return 'error' in row ? null : row.ids
}

/** A copy may say that it cannot tell; then no other one is taken for such rows. */
function told(rows: readonly MaskedRow[] | undefined, at: number): boolean {
  const row = rows?.[at]
  return row !== undefined && !('error' in row && row.error.includes('cannot be told'))
}
