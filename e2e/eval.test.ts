import { expect, test } from 'vitest'
import { folderWith } from './support/folders.ts'
import { sft } from './support/sft.ts'

const ROW = JSON.stringify({
  messages: [
    { role: 'user', content: 'Is it open?' },
    { role: 'assistant', content: 'Until six.' },
  ],
})
const config = (ratios: object): string =>
  `export default { input: ['rows.jsonl'], split: { ratios: ${JSON.stringify(ratios)} }, output: { dir: 'out' } }`

test('sft eval names a split where it takes one that has rows, and none else', async () => {
  const cwd = folderWith({
    'rows.jsonl': `${ROW}\n`,
    'sft.config.mjs': config({ train: 1 }),
    'test.config.mjs': config({ test: 1 }),
  })
  expect((await sft(['run'], { cwd })).code).toBe(0)
  const nowhere = await sft(['eval', 'out'], { cwd })
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_EVAL_ROWS') })
  expect(nowhere.stderr).not.toContain('--split')
  expect((await sft(['eval', 'out', '--split', 'train'], { cwd })).code).toBe(2)

  expect((await sft(['run', '--config', 'test.config.mjs'], { cwd })).code).toBe(0)
  const elsewhere = await sft(['eval', 'out', '--split', 'validation'], { cwd })
  expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('--split test') })
})
