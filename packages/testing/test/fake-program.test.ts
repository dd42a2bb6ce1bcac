import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fakeProgram } from '../src/index.ts'

it('prints, reads, writes files and exits as its script says', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fake-program-cwd-')))
  using program = fakeProgram({
    name: 'trainer',
    notes: ['SEED', 'NOT_SET'],
    steps: [
      { readInput: true },
      { print: '{"step":1}' },
      { printError: 'a warning' },
      { write: 'model.bin', content: 'weights' },
      { exit: 3 },
    ],
    when: [{ args: ['--version'], steps: [{ print: '1.2.3' }] }],
  })
  const env = { ...process.env, SEED: '42' }
  const ran = spawnSync(program.path, ['--lr', '1e-4 x'], {
    cwd: folder,
    env,
    input: 'request',
    encoding: 'utf8',
  })
  expect([ran.status, ran.stdout, ran.stderr]).toEqual([3, '{"step":1}\n', 'a warning\n'])
  expect(readFileSync(join(folder, 'model.bin'), 'utf8')).toBe('weights')
  const path = `${program.folder}:${process.env.PATH}`
  expect(spawnSync('trainer', ['--version'], { encoding: 'utf8', env: { ...env, PATH: path } }).stdout).toBe(
    '1.2.3\n',
  )
  expect(program.calls()).toMatchObject([
    { args: ['--lr', '1e-4 x'], cwd: folder, env: { SEED: '42' }, stdin: 'request', signals: [] },
    { args: ['--version'] },
  ])
  rmSync(folder, { recursive: true })
})

it('dies of a signal, ends when it is asked to, and goes on where it ignores that', async () => {
  using crashing = fakeProgram({ name: 'crashing', steps: [{ kill: 'SIGSEGV' }] })
  expect(spawnSync(crashing.path).signal).toBe('SIGSEGV')

  using obedient = fakeProgram({ name: 'obedient', steps: [{ print: 'ready' }, { hang: true }] })
  using stubborn = fakeProgram({
    name: 'stubborn',
    ignores: ['SIGTERM'],
    steps: [{ print: 'ready' }, { hang: true }],
  })
  for (const [program, signals] of [
    [obedient, ['SIGTERM']],
    [stubborn, ['SIGTERM', 'SIGKILL']],
  ] as const) {
    const child = spawn(program.path)
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    if (program === stubborn) {
      while (program.calls()[0]?.signals.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(child.exitCode).toBeNull()
      child.kill('SIGKILL')
    }
    const [, signal] = (await once(child, 'exit')) as [number | null, string]
    expect(signal).toBe(signals.at(-1))
    expect(program.calls()[0]?.signals).toEqual(['SIGTERM'])
  }
})

it('leaves nothing behind', () => {
  const program = fakeProgram({ name: 'short' })
  program.remove()
  expect(existsSync(program.path)).toBe(false)
})
