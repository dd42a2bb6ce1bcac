import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { formatOpenAi, formatPromptCompletion } from '@sftkit/plugin-formats'
import { split } from '@sftkit/plugin-split'
import { type TestRun, type TestRunOptions, testRun } from '@sftkit/testing'
import { JUDGMENT_TABLE, SESSION_TABLES, type SessionsOptions, sessions } from '../../src/index.ts'

/** A session to be stored; what is left out has the usual value. */
export interface Stored {
  readonly id: string
  readonly project?: string | null
  readonly agent?: string | null
  readonly archived?: boolean
  readonly count?: number | null
  readonly items?: readonly unknown[]
  /** Texts that are stored as they are, JSON or not. */
  readonly texts?: readonly string[]
}

/** A folder of its own, which `using` removes. */
export function testFolder(): { readonly path: string; readonly at: (name: string) => string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'sftkit-sessions-'))
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** A user asks, the agent answers. */
export const spoken = (text: string): readonly unknown[] => [
  { role: 'system', content: 'You help.' },
  { role: 'user', content: `${text}?` },
  { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `${text}!` }] },
]

/** Writes a database with our own tables. */
export function writeSessions(path: string, all: readonly Stored[], mode: 'delete' | 'wal' = 'delete'): void {
  const database = new DatabaseSync(path)
  database.exec(`pragma journal_mode = ${mode}`)
  database.exec(SESSION_TABLES)
  const session = database.prepare(
    'insert into sessions (id, project, agent, archived, message_count, created_at) values (?, ?, ?, ?, ?, ?)',
  )
  const item = database.prepare('insert into items (session_id, item) values (?, ?)')
  database.exec('begin')
  for (const { id, project = 'shop', agent = 'support', archived = false, items, texts, count } of all) {
    const lines = texts ?? (items ?? spoken(id)).map((one) => JSON.stringify(one))
    session.run(
      id,
      project,
      agent,
      archived ? 1 : 0,
      count === undefined ? lines.length : count,
      '2026-02-03T04:05:06Z',
    )
    for (const line of lines) item.run(id, line)
  }
  database.exec('commit')
  database.close()
}

/** Writes judgments as `sft judge` does, in a database of their own or in one that is there. */
export function writeJudgments(path: string, judgments: Readonly<Record<string, string>>): void {
  const database = new DatabaseSync(path)
  database.exec(JUDGMENT_TABLE)
  const insert = database.prepare('insert into judgments (session_id, judgment, at) values (?, ?, ?)')
  for (const [session, judgment] of Object.entries(judgments))
    insert.run(session, judgment, '2026-02-04T00:00:00Z')
  database.close()
}

/** Writes judgments as the reference keeps them. */
export function writeAnalysis(path: string, judgments: Readonly<Record<string, string | null>>): void {
  const database = new DatabaseSync(path)
  database.exec('create table analysis (group_id text, judgment text)')
  const insert = database.prepare('insert into analysis values (?, ?)')
  for (const [session, judgment] of Object.entries(judgments)) insert.run(session, judgment)
  database.close()
}

export interface SessionRun extends TestRun {
  /** The sessions of the rows, in their order. */
  readonly kept: readonly unknown[]
  /** Why each session was left out, by its id where it was not read. */
  readonly left: Readonly<Record<string, string>>
}

/** Runs over databases with nothing but what sessions need. */
export async function runSessions(
  options: SessionsOptions,
  { plugins = [], config, format = 'openai', ...more }: TestRunOptions = {},
): Promise<SessionRun> {
  const run = await testRun({
    plugins: [
      sessions(options),
      ...plugins,
      split(),
      formatOpenAi(),
      formatPromptCompletion({ mode: 'text' }),
    ],
    format,
    config: more.rows === undefined && more.traces === undefined ? { input: [], ...config } : { ...config },
    ...more,
  })
  const rows = run.rows[String(format)]?.train ?? []
  const sessionOf = new Map(run.traces.map(({ id, session }) => [id, session]))
  return {
    ...run,
    kept: rows.map(({ metadata }) => (metadata as { session_id: string }).session_id),
    left: Object.fromEntries(
      run.drops.map(({ id, detail, reason }) => [
        sessionOf.get(id.replace(/#\d+$/, '')) ?? detail?.split(':')[0] ?? id,
        reason,
      ]),
    ),
  }
}
