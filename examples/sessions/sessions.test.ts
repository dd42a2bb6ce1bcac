import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRun } from '@sftkit/testing'
import { afterAll, expect, it } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
// Inside the checkout, so that `sftkit` is found; .tools is not in git.
const folder = mkdtempSync(join(here, '../../.tools/sessions-example-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the sessions example makes a row of each acceptable session, and says what became of the others', () => {
  for (const file of ['make-database.mjs', 'sft.config.ts']) cpSync(join(here, file), join(folder, file))
  execFileSync(process.execPath, ['make-database.mjs'], { cwd: folder })
  const sft = join(here, '../../packages/sftkit/dist/cli/main.js')
  execFileSync(process.execPath, [sft, 'run', '--until', 'split'], { cwd: folder, stdio: 'pipe' })
  const { rows, drops } = readRun(join(folder, 'out'))
  expect(rows.messages?.train?.map(({ session_id: id }) => id)).toEqual(['s-1', 's-7'])
  expect(drops.map(({ detail, reason }) => [detail?.split(':')[0], reason])).toEqual([
    ['s-2', 'judgment-unacceptable'],
    ['s-3', 'judgment-missing'],
    ['s-4', 'archived'],
    ['s-5', 'empty'],
    ['s-6', 'other-agent'],
  ])
  expect(readFileSync(join(folder, 'out/dataset/README.md'), 'utf8')).toContain('messages')
})
