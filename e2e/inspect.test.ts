import { expect, test } from 'vitest'
import { folderWith } from './support/folders.ts'
import { sft } from './support/sft.ts'

const call = { id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }
const ROWS = [
  {
    id: 'one',
    messages: [
      { role: 'system', content: 'You look.' },
      { role: 'user', content: 'Is it open?' },
      { role: 'assistant', content: '', tool_calls: [call, { ...call, id: 'd' }] },
      { role: 'tool', tool_call_id: 'c', content: 'open' },
      { role: 'assistant', content: 'Yes.' },
    ],
    model: 'm',
    resolved: true,
  },
  { id: 'two', messages: [{ role: 'user', content: 'And now?' }], reward: 0 },
]

test('sft inspect counts what is in each file, and shows one trace whole', async () => {
  const cwd = folderWith({
    'in/rows.jsonl': ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''),
    'in/notes.txt': 'Nothing to read.',
    'sft.config.mjs': 'export default { keep: () => false }',
  })
  const listed = await sft(['inspect', 'in', '--json'], { cwd })
  expect(listed.code).toBe(0)
  const { files, shown } = JSON.parse(listed.stdout)
  expect(shown).toBeUndefined()
  expect(files).toEqual([
    expect.objectContaining({ uri: 'in/rows.jsonl', format: 'openai-messages', traces: 2, messages: 6 }),
    expect.objectContaining({ uri: 'in/notes.txt', traces: 0 }),
  ])
  const missing = { tools: 2, 'system prompt': 1, model: 1, outcome: 1, times: 2, cost: 2 }
  expect(files[0]).toMatchObject({ toolCalls: 2, toolResults: 1, openCalls: 1, missing })

  const one = JSON.parse((await sft(['inspect', 'in', '--show', '1', '--json'], { cwd })).stdout)
  expect(one.files).toEqual(files)
  expect(one.shown.messages).toHaveLength(5)
  expect(one.shown.metadata).toEqual({ 'openai-messages': { id: 'one' } })
  expect(await sft(['inspect', 'in', '--show', '3'], { cwd })).toMatchObject({ code: 2 })
})
