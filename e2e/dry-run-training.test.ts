import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHATML } from '../packages/plugin-trainer-hf/test/template/families.ts'
import { writeModel } from '../packages/plugin-trainer-hf/test/template/model.ts'
import { folderWith } from './support/folders.ts'
import { chatLines } from './support/rows.ts'
import { sft } from './support/sft.ts'

const GREEN = '\u001b[32m'

describe('--dry-run with a trainer', () => {
  const config = (model: string, options = ''): string =>
    `import { trainerHf } from 'sftkit'\nexport default { plugins: [trainerHf({ model: ${JSON.stringify(model)}, ${options} })] }`

  const dryRun = (cwd: string, more: readonly string[] = [], env: Record<string, string> = {}) =>
    sft(['run', 'in', '--dry-run', ...more], {
      cwd,
      env: { SFT_PYTHON: '', XDG_DATA_HOME: cwd, HOME: cwd, ...env },
    })

  it('says what would be trained, with the learned parts of a row marked or coloured', async () => {
    const model = writeModel({ template: CHATML })
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(4), 'sft.config.mjs': config(model) })
    const plain = await dryRun(cwd)
    expect(plain.code).toBe(0)
    expect(plain.stdout).toMatch(/\n {2}steps +1 · 1 epoch/)
    expect(plain.stdout).toMatch(/⟦[^⟦⟧]+<\|im_end\|>/)
    const coloured = await dryRun(cwd, [], { FORCE_COLOR: '1', NO_COLOR: '' })
    expect(coloured.stdout).not.toContain('⟦')
    expect(coloured.stdout).toContain(GREEN)
    expect(existsSync(join(cwd, 'sft-out'))).toBe(false)
  })

  it('tells programs the same', async () => {
    const model = writeModel({ template: CHATML })
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(4), 'sft.config.mjs': config(model) })
    const { stdout } = await dryRun(cwd, ['--json'])
    const done = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    expect(done.preview.data.models).toMatchObject([
      { method: 'sft', template: { learnedBy: 'derived', warnings: [] }, steps: 1, command: null },
    ])
  })

  it('reads rows in parquet files as it reads lines', async () => {
    const model = writeModel({ template: CHATML })
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(4), 'sft.config.mjs': config(model) })
    const trained = async (as: string) => {
      const { stdout } = await dryRun(cwd, ['--json', '--set', `output.as=${as}`])
      const [said] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '').preview.data.models
      return { train: said.train, validation: said.validation, text: said.row.text }
    }
    const lines = await trained('jsonl')
    expect(lines.train.rows).toBe(3)
    expect(await trained('parquet')).toEqual(lines)
  })

  it('ends with 3 where the template, or the length, does not fit the rows', async () => {
    const without = writeModel({})
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(4), 'sft.config.mjs': config(without) })
    const refused = await dryRun(cwd)
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('SFT_TEMPLATE_NONE')
    const model = writeModel({ template: CHATML })
    const long = folderWith({
      'in/rows.jsonl': chatLines(4),
      'sft.config.mjs': config(model, 'maxLength: 60'),
    })
    expect((await dryRun(long)).stderr).toContain('SFT_TEMPLATE_CUT')
  })
})
