import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Row, run } from 'sftkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkData } from '../packages/ci-check/src/check.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const agent = join(root, 'packages/agent-a')
const traces = join(agent, 'traces/traces.jsonl')
const folder = mkdtempSync(join(tmpdir(), 'example-monorepo-'))
afterAll(() => rmSync(folder, { recursive: true }))

const readRows = (path: string): Row[] =>
  readFileSync(join(folder, 'out', path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)

describe('an agent with the preset of its team', () => {
  beforeAll(() => run(join(agent, 'sft.config.ts'), { out: join(folder, 'out') }))

  it('is split by repository, and not by the default preset', () => {
    const repositories = (split: string): unknown[] => [
      ...new Set(
        readRows(`dataset/messages/${split}.jsonl`).map(
          ({ metadata }) => String((metadata as Row).group).split('-')[0],
        ),
      ),
    ]
    expect(repositories('test')).toEqual(['billing'])
    expect(repositories('train')).toEqual(['web', 'search'])
  })

  it('keeps its own settings', () => {
    expect(readRows('rejected.jsonl')).toMatchObject([{ plugin: 'config', reason: 'keep' }])
  })
})

it("runs as the agent's own script, wherever the package manager was called", () => {
  const sft = join(agent, 'node_modules/.bin/sft')
  const env = { ...process.env, INIT_CWD: root, npm_lifecycle_event: 'data' }
  const ran = spawnSync(sft, ['run', '--dry-run'], { cwd: agent, env, encoding: 'utf8' })
  expect([ran.status, ran.stdout.includes('6 traces')]).toEqual([0, true])
})

describe('the check in CI', () => {
  const checkFile = (text: string): Promise<string[]> => {
    const file = join(folder, 'traces.jsonl')
    writeFileSync(file, text)
    return checkData(agent, { input: [file] })
  }
  const lines = readFileSync(traces, 'utf8').trimEnd().split('\n')

  it('passes where nothing changed, and where rows are added', async () => {
    expect(await checkFile(lines.join('\n'))).toEqual([])
    const more = JSON.stringify({ ...JSON.parse(lines[0] ?? ''), session_id: 'new', id: 'new' })
    expect(await checkFile([...lines, more].join('\n'))).toEqual([])
  })

  it('fails where rows vanish', async () => {
    expect(await checkFile(lines.slice(1).join('\n'))).toHaveLength(2)
  })

  it('is a command with an exit code', () => {
    const main = join(root, 'packages/ci-check/src/main.ts')
    const passed = spawnSync(process.execPath, [main, agent], { encoding: 'utf8' })
    expect([passed.status, passed.stderr]).toEqual([0, ''])
    expect(spawnSync(process.execPath, [main]).status).toBe(2)
  })
})
