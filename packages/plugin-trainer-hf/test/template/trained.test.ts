import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trainSft } from '../../src/index.ts'
import { cutBy } from '../../src/preview/cut.ts'
import { percentiles, rowLengths } from '../../src/preview/lengths.ts'
import { checkTemplate } from '../../src/template/check.ts'
import { toolRows, writeRows } from '../rows.ts'
import { events, findTraining, openWorkplace, type Workplace } from '../training.ts'
import { ROLES } from './families.ts'

const found = await findTraining()
const title = 'what is trained is what was said'
const never = new AbortController().signal

/** A template that no marks fit: the end of text goes behind the last turn only. */
const JOINED =
  "{{ messages | map(attribute='content') | join('<|im_start|>') }}{% if not add_generation_prompt %}<|im_end|>{% endif %}"

describe.skipIf('reason' in found)('reason' in found ? `${title} (skipped: ${found.reason})` : title, () => {
  const python = 'python' in found ? found.python : ''
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace(python)
  })
  afterAll(() => place?.remove())

  it('with marks that were put into a copy of the template, and turns that are not learned', async () => {
    const rows = toolRows(8).map((row, at) => ({
      ...row,
      messages: row.messages.map((message, turn) =>
        message.role === 'assistant' ? { ...message, train: at % 2 === 0 || turn > 1 } : message,
      ),
    }))
    const { by, told, prepared } = await train(
      'roles',
      ROLES.replaceAll('<|end_of_text|>', '<|im_end|>'),
      rows,
    )
    expect(by).toBe('derived')
    expect(prepared).toEqual(told)
    // Half of the rows learn two turns, and half of them the second one alone.
    expect(told.learned).toBeLessThan(told.tokens)
  })

  it('with one row for each turn where no marks fit', async () => {
    const rows = toolRows(4).map((_row, at) => ({
      messages: [
        { role: 'user', content: `first ${at}` },
        { role: 'assistant', content: `one ${at}` },
        { role: 'user', content: `then ${at}` },
        { role: 'assistant', content: `two ${at}` },
      ],
    }))
    const { by, told, prepared } = await train('joined', JOINED, rows)
    expect(by).toBe('turns')
    expect(prepared).toEqual(told)
    expect(told.rows).toBe(8)
  })

  async function train(name: string, template: string, rows: ReturnType<typeof toolRows> | object[]) {
    const file = writeRows(join(place.folder, `${name}.jsonl`), rows as ReturnType<typeof toolRows>)
    const model = join(place.folder, name)
    cpSync(place.model, model, { recursive: true })
    writeFileSync(join(model, 'chat_template.jinja'), template)
    const { training, learning } = await checkTemplate({
      model: { path: model },
      files: [file],
      python,
      signal: never,
    })
    const lengths = await rowLengths([file], learning, cutBy({}, 2048), never)
    const out = place.out(`${name}-out`)
    await trainSft(
      { train: file },
      {
        model,
        out,
        dtype: 'float32',
        device: 'cpu',
        batchSize: 4,
        gradientAccumulation: 1,
        args: { max_steps: 1 },
      },
    )
    const prepared = events(out).find(({ type }) => type === 'prepared') as
      | Record<string, unknown>
      | undefined
    return {
      by: training?.by,
      told: {
        rows: lengths.sequences,
        tokens: lengths.tokens,
        learned: lengths.learned,
        lengths: percentiles(lengths.lengths),
      },
      prepared: {
        rows: prepared?.kept,
        tokens: prepared?.tokens,
        learned: prepared?.learnedTokens,
        lengths: prepared?.lengths,
      },
    }
  }
})
