import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { sft } from './support/sft.ts'

let cwd = ''
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

test('sft collect: sessions into an archive, the archive into traces', async () => {
  cwd = mkdtempSync(join(tmpdir(), 'sftkit-collect-'))
  const sessions = join(cwd, 'home/codex/sessions/2026/01/01')
  mkdirSync(sessions, { recursive: true })
  const line = (type: string, payload: object): string =>
    `${JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', type, payload })}\n`
  const said = (role: string, type: string, text: string): object => ({
    type: 'message',
    role,
    content: [{ type, text }],
  })
  writeFileSync(
    join(sessions, 'rollout-2026-01-01T00-00-00-0f8fad5b.jsonl'),
    line('session_meta', {
      id: '0f8fad5b',
      timestamp: '2026-01-01T00:00:00Z',
      cwd: '/',
      originator: 'codex_cli_rs',
    }) +
      line('response_item', said('user', 'input_text', 'Hello?')) +
      line('response_item', said('assistant', 'output_text', 'Yes.')),
  )
  const env = {
    HOME: join(cwd, 'home'),
    CODEX_HOME: join(cwd, 'home/codex'),
    XDG_DATA_HOME: '',
    XDG_CONFIG_HOME: '',
  }
  const args = ['collect', '--to', 'archive', '--from', 'codex']
  const dry = await sft([...args, '--dry-run'], { cwd, env })
  expect(dry).toMatchObject({ code: 0 })
  expect(existsSync(join(cwd, 'archive'))).toBe(false)
  const copied = await sft(args, { cwd, env })
  expect(copied).toMatchObject({ code: 0, stdout: dry.stdout })
  const ran = await sft(['run', 'archive', '--until', 'load', '--out', 'out'], { cwd, env })
  expect(ran).toMatchObject({ code: 0 })
  expect(readFileSync(join(cwd, 'out/unreadable.jsonl'), 'utf8')).toBe('')
  expect(readFileSync(join(cwd, 'out/traces.jsonl'), 'utf8')).toContain('Hello?')
  expect((await sft(['collect', '--from', 'nobody'], { cwd, env })).code).toBe(2)
})
