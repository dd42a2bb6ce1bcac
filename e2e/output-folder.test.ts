import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { contentsOf, folderWith, outcomeOf } from './support/folders.ts'
import { chatLine, chatLines } from './support/rows.ts'
import { sft } from './support/sft.ts'

const undo: (() => void)[] = []
afterEach(() => {
  for (const one of undo.splice(0).reverse()) one()
})

function mount(folder: string, ...args: string[]): void {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', [...args, folder], { stdio: 'pipe' })
  undo.push(() => execFileSync('umount', [folder], { stdio: 'pipe' }))
}

function canMount(): boolean {
  const folder = folderWith()
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status !== 0) return false
  return spawnSync('umount', [folder]).status === 0
}

/** About 3 MB of rows. */
function manyRows(): string {
  const text = 'x'.repeat(1000)
  return Array.from({ length: 3000 }, (_, n) => `${chatLine(`s${n}`, { model: text })}\n`).join('')
}

const mountable = canMount()
describe.skipIf(!mountable)(
  mountable ? 'a full disk' : 'a full disk (skipped: mounting is not permitted)',
  () => {
    it.each([
      ['no room for the first file', '40k', []],
      ['no room for the rows', '2m', []],
      ['no room for the dataset', '6m', []],
      ['no room for the dataset, with threads', '6m', ['--workers', '2']],
      ['no room for parquet', '8500k', ['--set', 'output.as=parquet']],
      ['no room for traces.jsonl', '3500k', ['--until', 'load']],
    ])('stops the run, and the same command goes on: %s', async (_name, size, args) => {
      const cwd = folderWith({ 'in/rows.jsonl': manyRows() })
      const disk = join(cwd, 'disk')
      mount(disk, '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs')
      const command = ['run', 'in', '--out', 'disk/out', ...args]
      const full = await sft(command, { cwd })
      expect(full.stderr).toContain('[SFT_OUT_UNWRITABLE]')
      expect(full.code).toBe(1)
      execFileSync('mount', ['-o', 'remount,size=64m', disk])
      expect(await sft(command, { cwd })).toMatchObject({ code: 0 })
      expect(await sft(['run', 'in', '--out', 'free/out', ...args], { cwd })).toMatchObject({ code: 0 })
      if (args[0] === '--until')
        expect(contentsOf(join(disk, 'out'))['traces.jsonl']).toBe(
          contentsOf(join(cwd, 'free/out'))['traces.jsonl'],
        )
      else expect(outcomeOf(join(disk, 'out'))).toEqual(outcomeOf(join(cwd, 'free/out')))
    })

    it('has the same code as a read-only one', async () => {
      const cwd = folderWith({ 'in/rows.jsonl': chatLines(3), 'out/keep': '' })
      mount(join(cwd, 'out'), '-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs')
      const { code, stderr } = await sft(['run', 'in', '--out', 'out/run'], { cwd })
      expect(code).toBe(1)
      expect(stderr).toContain('[SFT_OUT_UNWRITABLE]')
    })
  },
)

describe('an output folder that cannot be', () => {
  it.each([['out'], ['out/below']])('is refused where a file stands in its place: %s', async (out) => {
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(3), out: 'a file' })
    const { code, stderr } = await sft(['run', 'in', '--out', out], { cwd })
    expect(stderr).toContain('[SFT_OUT_UNWRITABLE]')
    expect(code).toBe(1)
    expect(contentsOf(cwd).out).toBe('a file')
  })

  // Where the system says that a folder cannot be because its parent is missing, though it is not, Node looks for ever.
  it.skipIf(!existsSync('/proc/self'))('is refused where no folder can be made', async () => {
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(3), 'in/.claude/projects/p/s.jsonl': '{}' })
    const { code, stderr } = await sft(['run', 'in', '--out', '/proc/out/below'], { cwd })
    expect(stderr).toContain('[SFT_OUT_UNWRITABLE]')
    expect(code).toBe(1)
    const collected = await sft(['collect', '--to', '/proc/out/below'], {
      cwd,
      env: { HOME: join(cwd, 'in'), CLAUDE_CONFIG_DIR: '' },
    })
    expect(collected.stderr).toContain('[SFT_COLLECT_WRITE]')
  })

  it('is refused while another run uses it, and taken over from one that is gone', async () => {
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(3), 'sft-out/.sft/lock': '1' })
    const busy = await sft(['run', 'in'], { cwd })
    expect(busy.stderr).toContain('[SFT_OUT_BUSY]')
    expect(busy.code).toBe(2)
    for (const owner of ['4194304999', '', 'nobody']) {
      writeFileSync(join(cwd, 'sft-out/.sft/lock'), owner)
      expect(await sft(['run', 'in'], { cwd })).toMatchObject({ code: 0 })
    }
  })
})
