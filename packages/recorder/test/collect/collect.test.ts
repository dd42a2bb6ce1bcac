import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { loaders } from '@sftkit/plugin-loaders'
import { expectSftError, testRun } from '@sftkit/testing'
import { describe, expect, test } from 'vitest'
import { type CollectedOf, type CollectOptions, collectSessions } from '../../src/index.ts'
import { after, temporaryFolder } from '../proxy/support.ts'

interface Home {
  readonly home: string
  readonly to: string
  write(path: string, content: string): string
  collect(options?: Partial<CollectOptions>): Promise<CollectedOf[]>
  /** What stands in the archive, by path. */
  archive(): Record<string, string>
}

function home(): Home {
  const folder = temporaryFolder()
  const [at, to] = [join(folder, 'home'), join(folder, 'archive')]
  mkdirSync(at)
  return {
    home: at,
    to,
    write(path, content) {
      const file = join(at, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
    collect: (options) =>
      collectSessions({ to, home: at, project: join(at, 'project'), environment: {}, ...options }),
    archive: () =>
      Object.fromEntries(
        (existsSync(to) ? readdirSync(to, { recursive: true, encoding: 'utf8' }) : [])
          .filter((path) => statSync(join(to, path)).isFile() && !path.startsWith('.'))
          .sort()
          .map((path) => [path, readFileSync(join(to, path), 'utf8')]),
      ),
  }
}

const of = (reports: readonly CollectedOf[], agent: string): CollectedOf | undefined =>
  reports.find((report) => report.agent === agent)

const manifest = (to: string): Record<string, unknown>[] =>
  readFileSync(join(to, '.manifest.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const SESSION = '.claude/projects/-home-me-app/0f8fad5b-d9cb-469f-a165-70867728950e.jsonl'
const IN_ARCHIVE = `claude-code/_claude/projects/-home-me-app/${SESSION.split('/').at(-1)}`
const turn = (n: number): string => `${JSON.stringify({ type: 'user', n })}\n`

test('what grows is copied again, what is deleted stays, what is there is left alone', async () => {
  const { write, collect, archive, to } = home()
  const file = write(SESSION, turn(1))
  expect(of(await collect(), 'claude-code')).toMatchObject({ found: 1, fresh: 1, changed: 0, gone: 0 })
  expect(archive()).toEqual({ [IN_ARCHIVE]: turn(1) })
  const copied = statSync(join(to, IN_ARCHIVE))
  expect(of(await collect(), 'claude-code')).toMatchObject({ found: 1, fresh: 0, unchanged: 1 })
  expect(statSync(join(to, IN_ARCHIVE)).ino).toBe(copied.ino)
  appendFileSync(file, turn(2))
  expect(of(await collect(), 'claude-code')).toMatchObject({ changed: 1 })
  expect(archive()).toEqual({ [IN_ARCHIVE]: turn(1) + turn(2) })
  const [before] = manifest(to)
  rmSync(file)
  expect(of(await collect(), 'claude-code')).toMatchObject({ found: 0, gone: 1 })
  expect(archive()).toEqual({ [IN_ARCHIVE]: turn(1) + turn(2) })
  const [gone] = manifest(to)
  expect(gone).toMatchObject({ ...before, source_gone: expect.any(String) })
  await collect()
  expect(manifest(to)).toEqual([gone])
})

test('a session that was rewritten does not replace what it has lost', async () => {
  const { write, collect, archive, to } = home()
  write(SESSION, turn(1) + turn(2))
  await collect()
  write(SESSION, turn(1) + turn(3) + turn(4))
  await collect()
  const paths = Object.keys(archive())
  expect(paths).toHaveLength(2)
  expect(Object.values(archive()).sort()).toEqual([turn(1) + turn(2), turn(1) + turn(3) + turn(4)].sort())
  expect(archive()[IN_ARCHIVE]).toBe(turn(1) + turn(3) + turn(4))
  expect(manifest(to).map(({ superseded }) => superseded)).toContain(IN_ARCHIVE)
  // The earlier state is not missed: it never had a source of its own.
  expect(of(await collect(), 'claude-code')).toMatchObject({ found: 1, unchanged: 1, gone: 0 })
})

test('a dry run says the same and writes nothing', async () => {
  const { write, collect, to } = home()
  write(SESSION, turn(1))
  expect(of(await collect({ dryRun: true }), 'claude-code')).toMatchObject({
    found: 1,
    fresh: 1,
    bytes: turn(1).length,
  })
  expect(existsSync(to)).toBe(false)
})

test('files are for their owner only, and the manifest names them by their hash', async () => {
  const { write, collect, to } = home()
  const source = write(SESSION, turn(1))
  await collect()
  for (const path of [IN_ARCHIVE, '.manifest.jsonl'])
    expect(statSync(join(to, path)).mode & 0o777).toBe(0o600)
  expect(statSync(to).mode & 0o777).toBe(0o700)
  expect(manifest(to)).toMatchObject([
    {
      agent: 'claude-code',
      source,
      path: IN_ARCHIVE,
      bytes: turn(1).length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ])
})

test('symbolic links are not followed, and the source is not touched', async () => {
  const { write, collect, archive, home: at } = home()
  const file = write(SESSION, turn(1))
  write('secrets/other.jsonl', 'secret\n')
  symlinkSync(join(at, 'secrets'), join(dirname(file), 'linked-folder'))
  symlinkSync(join(at, 'secrets/other.jsonl'), join(dirname(file), 'linked.jsonl'))
  utimesSync(file, 1_600_000_000, 1_600_000_000)
  const before = { names: readdirSync(dirname(file)), ...statSync(file) }
  await collect()
  expect(Object.keys(archive())).toEqual([IN_ARCHIVE])
  expect({ names: readdirSync(dirname(file)), ...statSync(file) }).toMatchObject({
    names: before.names,
    mtimeMs: before.mtimeMs,
    size: before.size,
    ino: before.ino,
    mode: before.mode,
  })
})

test('unknown agents, an archive among the sources, and one that cannot be made are refused', async () => {
  const { write, collect, home: at } = home()
  write(SESSION, turn(1))
  await expectSftError(collect({ from: ['claude'] }), 'SFT_USAGE')
  const among = join(at, '.claude/projects/archive')
  await expectSftError(collect({ to: among }), 'SFT_USAGE')
  await expectSftError(collect({ to: among, dryRun: true }), 'SFT_USAGE')
  symlinkSync(join(at, '.claude/projects'), join(at, 'link'))
  await expectSftError(collect({ to: join(at, 'link/archive/deeper'), dryRun: true }), 'SFT_USAGE')
  expect(existsSync(among)).toBe(false)
  await expectSftError(collect({ to: '/dev/null/archive' }), 'SFT_COLLECT_WRITE')
})

test('where nothing is found, no archive is made', async () => {
  const { collect, to } = home()
  for (const { found } of await collect()) expect(found).toBe(0)
  expect(existsSync(to)).toBe(false)
})

describe('places', () => {
  const PLACES: readonly (readonly [agent: string, path: string, environment?: Record<string, string>])[] = [
    ['claude-code', '.config/claude/projects/p/s.jsonl'],
    ['claude-code', '.claude/projects/p/s/subagents/agent-1.jsonl'],
    ['claude-code', 'elsewhere/projects/p/s/tool-results/big.txt', { CLAUDE_CONFIG_DIR: 'elsewhere' }],
    ['codex', '.codex/archived_sessions/rollout.jsonl'],
    ['codex', 'elsewhere/sessions/2026/01/02/rollout.jsonl', { CODEX_HOME: 'elsewhere' }],
    ['pi', '.pi/agent/sessions/--p--/s.jsonl'],
    ['gemini-cli', '.gemini/tmp/0a1b/chats/session-1.json'],
    ['antigravity', '.gemini/antigravity/brain/1/.system_generated/logs/transcript.jsonl'],
    ['qwen-code', '.qwen/projects/p/chats/s.jsonl'],
    ['opencode', '.local/share/opencode/storage/message/ses_1/msg_1.json'],
    ['opencode', 'data/opencode/storage/part/msg_1/prt_1.json', { XDG_DATA_HOME: 'data' }],
    ['copilot-cli', '.copilot/session-state/1/events.jsonl'],
    ['goose', '.local/share/goose/sessions/20260101.jsonl'],
    ['kimi', '.kimi/sessions/p/s/context.jsonl'],
    ['kimi', '.kimi-code/sessions/p/s/agents/main/wire.jsonl'],
    ['droid', '.factory/sessions/p/s.settings.json'],
    ['amp', '.local/share/amp/threads/T-1.json'],
    ['hermes', 'elsewhere/sessions/s.json', { HERMES_HOME: 'elsewhere' }],
    ['cursor', '.cursor/projects/p/agent-transcripts/1/1.jsonl'],
    ['grok', '.grok/sessions/p/s/chat_history.jsonl'],
    ['cline', '.config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks/1/api_conversation_history.json'],
    ['openhands', '.openhands/conversations/1/events/0.json'],
    ['aider', 'project/.aider.chat.history.md'],
  ]

  const named = PLACES.map(([agent, path, environment = {}]) => ({ agent, path, environment }))
  test.each(named)('$agent keeps $path', async ({ agent, path, environment }) => {
    const { write, collect, archive, home: at } = home()
    write(path, 'x\n')
    for (const other of ['settings.json', 'notes.jsonl', 'project/readme.md']) write(other, 'no session\n')
    const absolute = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, join(at, value)]),
    )
    const reports = await collect({ environment: absolute })
    expect(reports.filter(({ found }) => found > 0)).toMatchObject([{ agent, found: 1, fresh: 1 }])
    const [only = ''] = Object.keys(archive())
    expect(only.startsWith(`${agent}/`)).toBe(true)
    // What is hidden is not read as an input.
    expect(only).not.toMatch(/(?:^|\/)\./)
  })
})

describe('databases', () => {
  const PATH = '.local/share/opencode/opencode.db'
  const COPY = 'opencode/_local/share/opencode/opencode.db'
  const count = (file: string): unknown => {
    const copy = new DatabaseSync(file, { readOnly: true })
    after(() => copy.close())
    return copy.prepare('select count(*) as n from part').get()?.n
  }

  test.each(['delete', 'wal'])('one in use is copied as of one moment (journal: %s)', async (mode) => {
    const { write, collect, to } = home()
    const file = write(PATH, '')
    const writer = new DatabaseSync(file)
    after(() => writer.close())
    writer.exec(`pragma journal_mode = ${mode}; create table part (id integer); insert into part values (1)`)
    const beside = readdirSync(dirname(file))
    expect(of(await collect(), 'opencode')).toMatchObject({ fresh: 1, failed: [] })
    expect(count(join(to, COPY))).toBe(1)
    expect(readdirSync(dirname(file))).toEqual(beside)
    expect(of(await collect(), 'opencode')).toMatchObject({ unchanged: 1 })
    writer.exec('insert into part values (2)')
    expect(of(await collect(), 'opencode')).toMatchObject({ changed: 1, failed: [] })
    expect(count(join(to, COPY))).toBe(2)
    expect(statSync(join(to, COPY)).mode & 0o777).toBe(0o600)
  })

  test('one whose writer was killed is copied with its log, and nothing is made beside it', async () => {
    const { write, collect, to, home: at } = home()
    const file = write(PATH, '')
    const writer = new DatabaseSync(file)
    after(() => writer.close())
    writer.exec('pragma journal_mode = wal; create table part (id integer); insert into part values (1), (2)')
    // As a crash leaves it: a log, and nobody who has it open.
    const crashed = join(at, 'crashed/opencode')
    mkdirSync(crashed, { recursive: true })
    for (const end of ['', '-wal'])
      writeFileSync(join(crashed, `opencode.db${end}`), readFileSync(file + end))
    const environment = { XDG_DATA_HOME: join(at, 'crashed') }
    expect(of(await collect({ environment }), 'opencode')).toMatchObject({ fresh: 1, failed: [] })
    expect(count(join(to, 'opencode/crashed/opencode/opencode.db'))).toBe(2)
    expect(readdirSync(crashed).sort()).toEqual(['opencode.db', 'opencode.db-wal'])
  })

  test('one that nobody has open gets no files beside it', async () => {
    const { write, collect, to } = home()
    const file = write(PATH, '')
    const writer = new DatabaseSync(file)
    writer.exec('pragma journal_mode = wal; create table part (id integer); insert into part values (1)')
    writer.close()
    expect(readdirSync(dirname(file))).toEqual(['opencode.db'])
    await collect()
    expect(count(join(to, COPY))).toBe(1)
    expect(readdirSync(dirname(file))).toEqual(['opencode.db'])
  })

  test('one that is none is said, and does not stop the rest', async () => {
    const { write, collect, archive } = home()
    write(SESSION, turn(1))
    write(PATH, 'not a database at all, but long enough to be read as one')
    expect(of(await collect(), 'opencode')?.failed).toHaveLength(1)
    expect(archive()).toEqual({ [IN_ARCHIVE]: turn(1) })
  })
})

test('an archive is an input of a run', async () => {
  const { write, collect, to } = home()
  const base = { sessionId: 's', cwd: '/', version: '2.0.0', userType: 'external', isSidechain: false }
  write(
    SESSION,
    [
      {
        ...base,
        type: 'user',
        uuid: 'a',
        parentUuid: null,
        timestamp: '2026-01-01T00:00:00Z',
        message: { role: 'user', content: 'Hello?' },
      },
      {
        ...base,
        type: 'assistant',
        uuid: 'b',
        parentUuid: 'a',
        timestamp: '2026-01-01T00:00:01Z',
        message: { id: 'm', role: 'assistant', model: 'x', content: [{ type: 'text', text: 'Yes.' }] },
      },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  )
  await collect()
  const { traces, unreadable } = await testRun({
    plugins: loaders(),
    config: { input: [to] },
    until: 'filter',
  })
  expect(unreadable).toEqual([])
  expect(traces.map(({ source, messages }) => [source.format, messages.length])).toEqual([['claude-code', 2]])
})

test('of a session that was rewritten, sft run reads the newest state', async () => {
  const { write, collect, to } = home()
  const said = (uuid: string, parentUuid: string | null, role: string, content: string): string =>
    `${JSON.stringify({
      ...{ uuid, parentUuid, sessionId: 's', type: role, timestamp: '2026-01-01T00:00:00Z' },
      message: { role, content },
    })}\n`
  const beginning = said('a', null, 'user', 'Fix the gate.')
  write(SESSION, beginning + said('b', 'a', 'assistant', 'At once.'))
  await collect()
  write(SESSION, said('c', null, 'user', 'Summary: a gate.') + said('d', 'c', 'assistant', 'It is fixed.'))
  await collect()
  const load = async (input: readonly string[]): ReturnType<typeof testRun> =>
    testRun({ plugins: loaders(), config: { input: [...input] }, until: 'filter' })

  const { traces, drops, unreadable } = await load([to])
  expect(unreadable).toEqual([])
  expect(traces.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
    ['Summary: a gate.', 'It is fixed.'],
  ])
  const earlier = manifest(to).find(({ superseded }) => superseded !== undefined)
  expect(drops).toMatchObject([
    {
      source: `archive/${earlier?.path}`,
      stage: 'load',
      reason: 'earlier-version',
      detail: `archive/${IN_ARCHIVE}`,
    },
  ])

  // Asked for by its name it is read, and so is a file that is only called so.
  const path = join(to, String(earlier?.path))
  expect((await load([path])).traces).toHaveLength(1)
  appendFileSync(path, said('e', 'b', 'user', 'And now?'))
  expect((await load([to])).traces).toHaveLength(2)
})
