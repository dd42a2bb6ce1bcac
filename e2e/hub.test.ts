import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ScriptedHub, type ScriptedHubOptions, scriptedHub } from '@sftkit/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { findPython } from '../packages/plugin-formats/test/python.ts'
import { canMount, growDisk, smallDisk } from './support/disk.ts'
import { contentsOf, datasetRows, folderWith, jsonOf, outcomeOf } from './support/folders.ts'
import { chatLines } from './support/rows.ts'
import { type CommandOptions, ended, sft, startSft } from './support/sft.ts'

const TOKEN = 'hf_abcdefghijklmnopqrstuvwxyz012345'

const open: ScriptedHub[] = []
afterEach(async () => {
  for (const hub of open.splice(0)) await hub.close()
})

/** A Hub, and a folder in which commands reach it. */
async function started(
  options: ScriptedHubOptions,
  files: Record<string, string> = {},
): Promise<{ hub: ScriptedHub; at: CommandOptions; out: string }> {
  const hub = await scriptedHub({ accounts: { [TOKEN]: { name: 'alice', orgs: ['team'] } }, ...options })
  open.push(hub)
  const cwd = folderWith(files)
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: TOKEN, SFT_CACHE_DIR: join(cwd, 'cache') }
  return { hub, at: { cwd, env }, out: join(cwd, 'sft-out') }
}

const traces = { 'README.md': '# Traces', 'a.jsonl': chatLines(30, 'a'), 'b.jsonl': chatLines(30, 'b') }
const publishing = (repo: string): string => `import { defineConfig, hub } from 'sftkit'
export default defineConfig({
  input: ['in'],
  format: ['messages', 'openai'],
  plugins: [hub({ repo: '${repo}' })],
})
`

describe('sft run hf://…', () => {
  it('reads a dataset without a config, and takes up finished work while the commit is the same', async () => {
    const { hub, at, out } = await started({ repos: { 'team/traces': { files: traces, private: true } } })
    const command = ['run', 'hf://datasets/team/traces']
    expect(await sft(command, at)).toMatchObject({ code: 0 })
    expect(datasetRows(out)).toHaveLength(60)
    const first = outcomeOf(out)
    const sha = hub.commits('team/traces').at(-1)?.oid
    expect(jsonOf(join(out, 'manifest.json')).inputs).toMatchObject([
      { uri: `hf://datasets/team/traces@${sha}/a.jsonl`, records: 30 },
      { uri: `hf://datasets/team/traces@${sha}/b.jsonl`, records: 30 },
    ])

    const before = hub.requests.length
    expect(await sft([...command, '--workers', '2'], at)).toMatchObject({ code: 0 })
    expect(outcomeOf(out)).toEqual(first)
    const { tasks } = jsonOf(join(out, 'stats.json'))
    expect(tasks.reused).toBe(tasks.all)
    expect(hub.requests.slice(before).some(({ path }) => path.includes('/resolve/'))).toBe(false)
  })

  it('reads what a config names, and inspects it', async () => {
    const config = `export default { input: 'hf://datasets/team/traces@main/a.jsonl' }\n`
    const { at, out } = await started(
      { repos: { 'team/traces': { files: traces } } },
      { 'sft.config.ts': config },
    )
    expect(await sft(['run', '--limit', '5'], at)).toMatchObject({ code: 0 })
    expect(datasetRows(out)).toHaveLength(5)
    const { code, stdout } = await sft(['inspect', 'hf://datasets/team/traces', '--json'], at)
    expect(code).toBe(0)
    expect(stdout).toContain('openai-messages')
  })

  it('goes on after a kill in the middle of a download', async () => {
    const { hub, at, out } = await started({ repos: { 'team/traces': { files: traces } } })
    const killed = startSft(['run', 'hf://datasets/team/traces'], at)
    hub.change({
      before({ path }) {
        if (path.endsWith('/b.jsonl')) killed.kill('SIGKILL')
        return undefined
      },
    })
    await once(killed, 'close')
    hub.change({ before: () => undefined })
    expect(await sft(['run', 'hf://datasets/team/traces'], at)).toMatchObject({ code: 0 })
    expect(datasetRows(out)).toHaveLength(60)
  })

  it.each([
    ['team/nothing', 'SFT_HUB_NOT_FOUND'],
    ['other/gated', 'SFT_HUB_GATED'],
    ['team/traces@v9', 'SFT_HUB_REVISION'],
  ])('says what to do about %s, and shows no token', async (name, errorCode) => {
    const { at, out } = await started({
      repos: { 'team/traces': { files: traces }, 'other/gated': { files: traces, gated: [] } },
    })
    for (const more of [[], ['--json']]) {
      const { code, stdout, stderr } = await sft(['run', `hf://datasets/${name}`, ...more], at)
      expect(code).toBe(1)
      expect(stdout + stderr).toContain(errorCode)
      expect(stdout + stderr).not.toContain(TOKEN)
    }
    expect(JSON.stringify(contentsOf(join(out, '..')))).not.toContain(TOKEN)
  })
})

const mountable = canMount()
it.skipIf(!mountable)(
  mountable
    ? 'stops at a full cache disk, and goes on from there'
    : 'a full cache disk (skipped: mounting is not permitted)',
  async () => {
    const large = { 'large.jsonl': chatLines(20_000) }
    const { hub, at, out } = await started({ repos: { 'team/traces': { files: large } } })
    smallDisk(join(at.cwd, 'cache'), '1m')
    const command = ['run', 'hf://datasets/team/traces']
    const full = await sft(command, at)
    expect(full.code).toBe(1)
    expect(full.stderr).toContain('[SFT_HUB_CACHE]')
    growDisk(join(at.cwd, 'cache'), '64m')
    expect(await sft(command, at)).toMatchObject({ code: 0 })
    expect(datasetRows(out)).toHaveLength(20_000)
    expect(hub.requests.at(-1)?.range).toMatch(/^bytes=[1-9]/)
  },
)

it.each([
  ['hf://spaces/team/traces', 'SFT_HUB_ADDRESS'],
  ['s3://bucket/traces', 'SFT_INPUT_SCHEME'],
])('starts nothing for %s', async (input, errorCode) => {
  const { at } = await started({})
  const { code, stderr } = await sft(['run', input], at)
  expect(code).toBe(2)
  expect(stderr).toContain(errorCode)
})

describe('a config with hub()', () => {
  it('publishes what Python’s datasets loads, and shows the token nowhere', async (context) => {
    const { hub, at, out } = await started(
      {},
      { 'sft.config.ts': publishing('team/published'), 'in/rows.jsonl': chatLines(40) },
    )
    const { code, stdout, stderr } = await sft(['run', '--json'], at)
    expect(code).toBe(0)
    expect(hub.commits('team/published')).toHaveLength(2)
    expect(hub.isPrivate('team/published')).toBe(true)
    const [publication] = jsonOf(join(out, 'published.json')).publications
    expect(publication).toMatchObject({
      repo: 'team/published',
      commit: hub.commits('team/published').at(-1)?.oid,
    })
    expect(stdout + stderr + JSON.stringify(contentsOf(out))).not.toContain(TOKEN)

    const found = await findPython()
    if (!('python' in found)) return context.skip(`no Python with datasets: ${found.reason}`)
    const script = fileURLToPath(new URL('../packages/testing/test/python/use_hub.py', import.meta.url))
    const { stdout: loaded } = await promisify(execFile)(found.python, [
      script,
      hub.url,
      at.cwd,
      TOKEN,
      'load',
    ])
    const { train, validation } = jsonOf(join(out, 'manifest.json')).splits
    expect(loaded).toBe(`{'train': ${train.examples}, 'validation': ${validation.examples}}\nuser\nok\n`)
  })

  it('goes on after a kill in the middle of an upload, sends nothing twice and commits once', async () => {
    const { hub, at, out } = await started(
      { largeFrom: 500 },
      { 'sft.config.ts': publishing('team/out'), 'in/rows.jsonl': chatLines(60) },
    )
    const killed = startSft(['run'], at)
    const stored = (): string[] =>
      hub.requests
        .filter(({ method, server }) => method === 'PUT' && server === 'storage')
        .map(({ path }) => path)
    hub.change({
      before({ path }) {
        if (path.includes('/commit/')) killed.kill('SIGKILL')
        return path.includes('/commit/') ? { status: 500 } : undefined
      },
    })
    await once(killed, 'close')
    const sent = stored()
    expect(sent.length).toBeGreaterThan(2)
    hub.change({ before: () => undefined })
    expect(await ended(startSft(['run'], at))).toMatchObject({ code: 0 })
    expect(stored()).toEqual(sent)
    expect(hub.commits('team/out')).toHaveLength(2)
    expect(hub.files('team/out')['messages/train.jsonl']).toBe(
      readFileSync(join(out, 'dataset/messages/train.jsonl'), 'utf8'),
    )
  })

  it('publishes parquet, which a run reads again from the Hub', async () => {
    const { hub, at, out } = await started(
      {},
      { 'sft.config.ts': publishing('team/out'), 'in/rows.jsonl': chatLines(25) },
    )
    const first = await sft(['run', '--set', 'output.as=parquet'], at)
    expect(first).toMatchObject({ code: 0 })
    expect(Object.keys(hub.files('team/out'))).toContain('openai/train.parquet')
    const again = [
      'run',
      'hf://datasets/team/out/messages',
      '--until',
      'split',
      '--out',
      'again',
      '--format',
      'messages',
    ]
    expect(await sft(again, at)).toMatchObject({ code: 0 })
    const questions = (folder: string): string[] =>
      datasetRows(folder).map((row) => row.messages[0].content as string)
    expect(questions(join(out, '../again')).sort()).toEqual(
      Array.from({ length: 25 }, (_, number) => `question of s${number}`).sort(),
    )
  })

  it('refuses a public repository before anything is uploaded, and keeps the dataset', async () => {
    const { hub, at, out } = await started(
      { repos: { 'team/open': {} } },
      { 'sft.config.ts': publishing('team/open'), 'in/rows.jsonl': chatLines(20) },
    )
    const { code, stderr } = await sft(['run'], at)
    expect(code).toBe(1)
    expect(stderr).toContain('SFT_HUB_PUBLIC')
    expect(hub.commits('team/open')).toHaveLength(1)
    expect(datasetRows(out)).toHaveLength(20)
  })

  it('publishes nothing where the run ends at split', async () => {
    const { hub, at } = await started(
      {},
      { 'sft.config.ts': publishing('team/out'), 'in/rows.jsonl': chatLines(20) },
    )
    expect(await sft(['run', '--until', 'split'], at)).toMatchObject({ code: 0 })
    expect(hub.requests).toEqual([])
  })
})
