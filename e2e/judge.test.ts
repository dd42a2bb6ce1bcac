import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { JUDGMENT_TABLE, readJudgments, SESSION_TABLES } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { datasetRows, folderWith } from './support/folders.ts'
import { chatLine } from './support/rows.ts'
import { sftOnScreen } from './support/screens.ts'
import { sft, startSft } from './support/sft.ts'

const item = (role: string, content: string): string => JSON.stringify({ role, content })

/** A database of ours with so many sessions, the last of them longer than a screen. */
function ownDatabase(folder: string, count = 3): string {
  const path = join(folder, 'sessions.db')
  const database = new DatabaseSync(path)
  database.exec(`${SESSION_TABLES}${JUDGMENT_TABLE}`)
  const session = database.prepare('insert into sessions (id, project, agent) values (?, ?, ?)')
  const message = database.prepare('insert into items (session_id, item) values (?, ?)')
  for (let number = 1; number <= count; number++) {
    session.run(`s${number}`, 'shop', number % 2 === 0 ? 'two' : 'one')
    message.run(`s${number}`, item('user', `Question ${number}`))
    const long = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n')
    message.run(`s${number}`, item('assistant', number === count ? long : `Answer ${number}`))
  }
  database.close()
  return path
}

const said = (file: string): [string, string, string | undefined][] =>
  [...readJudgments(file)].map(([key, { judgment, reason }]) => [key, judgment, reason])

describe('sft judge in a terminal', () => {
  it('shows sessions, keeps what is said of them, and gives the terminal back', async () => {
    const cwd = folderWith()
    const path = ownDatabase(cwd)
    const keys = ['a', 'n', ...'short', '\r', 'u', 'b', 's', '\u001b[6~', 'G', 'g', 'q']
    const { code, screens, after, raw } = await sftOnScreen(['judge', 'sessions.db'], keys, { cwd })
    expect(code).toBe(0)
    expect(screens[0]).toContain('1/3')
    expect(screens[0]).toContain('Question 1')
    // As its row is tagged.
    expect(screens[0]).toContain('outcome: ongoing')
    expect(screens[1]).toMatch(/2\/3 .*1 acceptable/)
    expect(screens[6]).toMatch(/note: shor\W/)
    expect(screens[8]).toMatch(/2\/3 .*not judged.*note: short/)
    expect(screens[9]).toContain('line 0')
    // Back, it says what was said.
    expect(screens[10]).toContain('unacceptable (short)')
    const [top, paged, bottom, begun] = screens.slice(11)
    expect(top).not.toContain('line 59')
    expect(paged).not.toContain('Question 3')
    expect(bottom).toContain('line 59')
    expect(begun).toBe(top)
    expect(raw.indexOf('\u001b[?1049h')).toBeLessThan(raw.indexOf('\u001b[?1049l'))
    expect(after).toContain('2 of 3')
    expect(said(path)).toEqual([
      ['s1', 'acceptable', undefined],
      ['s2', 'unacceptable', 'short'],
    ])
  })

  it('goes on where nothing was said, also after Ctrl-C', async () => {
    const cwd = folderWith()
    ownDatabase(cwd)
    const first = await sftOnScreen(['judge', 'sessions.db'], ['a', '\u0003'], { cwd })
    expect(first.code).toBe(130)
    const second = await sftOnScreen(['judge', 'sessions.db'], ['q'], { cwd })
    expect(second.screens[0]).toMatch(/2\/3 /)
    const third = await sftOnScreen(['judge', 'sessions.db', '--unjudged'], ['u', 'u', 'q'], { cwd })
    expect(third.screens[0]).toMatch(/1\/2 /)
    expect(third.screens[2]).not.toContain('line 0')
    expect(said(join(cwd, 'sessions.db'))).toHaveLength(3)
  })

  it('fits into any window, and into one that changes', async () => {
    const cwd = folderWith()
    ownDatabase(cwd)
    const options = { cwd, rows: 10, columns: 30 }
    const { screens } = await sftOnScreen(['judge', 'sessions.db'], [[16, 44], 'q'], options)
    for (const [screen = '', rows, columns] of [
      [screens[0], 10, 30],
      [screens[1], 16, 44],
    ] as const) {
      const lines = screen.split('\n')
      expect(lines.length).toBeLessThanOrEqual(rows)
      expect(Math.max(...lines.map((line) => line.length))).toBe(columns)
    }
  })

  it('does not let a session move the cursor', async () => {
    const message = { role: 'assistant', content: 'a\u001b[2Jb\u001b]0;title\u0007c\u202ed' }
    const row = { session_id: 'x', messages: [{ role: 'user', content: 'Hi' }, message] }
    const cwd = folderWith({ 'x.jsonl': JSON.stringify(row) })
    const { screens } = await sftOnScreen(['judge', 'x.jsonl'], ['q'], { cwd })
    expect(screens[0]).toContain('abcd')
  })
})

describe('sft judge without a terminal', () => {
  async function judgeLines(cwd: string, args: readonly string[], lines: string) {
    const child = startSft(['judge', ...args], { cwd })
    child.stdin?.end(lines)
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    return { code, stderr }
  }

  it('takes lines, and says which are none', async () => {
    const cwd = folderWith()
    const path = ownDatabase(cwd)
    const lines = '# mine\ns1 acceptable so it is\n\ns2\tunacceptable\twith tabs\ns3 perhaps\ns9 a\ns3 -\n'
    const { code, stderr } = await judgeLines(cwd, ['sessions.db'], lines)
    expect(code).toBe(1)
    expect(stderr).toContain('SFT_JUDGMENT_LINES')
    expect(stderr).toContain('line 5')
    expect(stderr).toContain('line 6')
    expect(said(path)).toEqual([
      ['s1', 'acceptable', 'so it is'],
      ['s2', 'unacceptable', 'with tabs'],
    ])
    const { stdout } = await sft(['judge', 'sessions.db', '--list'], { cwd })
    expect(stdout).toBe('s1\tacceptable\ns2\tunacceptable\ns3\t-\n')
  })

  it('lists by agent, sample and what is not judged; a list of everything changes nothing', async () => {
    const cwd = folderWith()
    ownDatabase(cwd, 20)
    const list = async (...flags: string[]) =>
      (await sft(['judge', 'sessions.db', '--list', ...flags], { cwd })).stdout.split('\n').slice(0, -1)
    expect(await list('--agent', 'two')).toHaveLength(10)
    const sample = await list('--sample', '5', '--seed', '3')
    expect(sample).toHaveLength(5)
    await judgeLines(cwd, ['sessions.db'], sample.join('\n').replaceAll('\t-', '\ta'))
    expect(await list('--unjudged')).toHaveLength(15)
    expect(await list('--sample', '5', '--seed', '3', '--unjudged')).toEqual([])
  })

  it("never writes into another program's database", async () => {
    const cwd = folderWith()
    const path = join(cwd, 'agents.db')
    const database = new DatabaseSync(path)
    database.exec(`create table agent_sessions (session_id text primary key, created_at text, updated_at text);
      create table agent_messages (id integer primary key, session_id text, message_data text, created_at text);
      insert into agent_sessions values ('k', '2026', '2026');
      insert into agent_messages (session_id, message_data) values ('k', '${item('user', 'Hello')}');`)
    database.close()
    const hash = () => createHash('sha256').update(readFileSync(path)).digest('hex')
    const before = hash()
    expect(await judgeLines(cwd, ['agents.db'], 'k acceptable\n')).toMatchObject({ code: 0 })
    expect(hash()).toBe(before)
    expect(said(`${path}.judgments.sqlite`)).toEqual([['k', 'acceptable', undefined]])
  })

  it('judges traces of files too, and a config selects by it', async () => {
    const cwd = folderWith({
      'traces/a.jsonl': ['one', 'two', 'three'].map((session) => `${chatLine(session)}\n`).join(''),
      'sft.config.ts': `import { defineConfig, judged } from 'sftkit'
        export default defineConfig({ input: ['traces'], plugins: [judged()], output: { dir: 'out' } })`,
    })
    const { stdout } = await sft(['judge', 'traces', '--list'], { cwd })
    const ids = stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
    expect(ids).toHaveLength(3)
    await judgeLines(cwd, ['traces'], `${ids[0]} a\n${ids[1]} unacceptable\n`)
    const { code, stderr } = await sft(['run'], { cwd })
    expect(stderr).not.toContain('SFT_')
    expect(code).toBe(0)
    expect(datasetRows(join(cwd, 'out')).map((row) => row.session_id)).toEqual(['one'])
    // What stands inside the folder that is read is no input.
    await judgeLines(cwd, ['traces/a.jsonl'], `${ids[2]} a\n`)
    await judgeLines(cwd, ['traces'], `${ids[2]} a\n`)
    await sft(['run'], { cwd })
    expect(datasetRows(join(cwd, 'out'))).toHaveLength(2)
  })

  it('reads a database of another program by the mapping of a config, which then selects by what was said', async () => {
    const mapping = "{ sessions: { table: 'chats', id: 'name', history: 'log' } }"
    const cwd = folderWith({
      'sft.config.ts': `import { defineConfig, sessions } from 'sftkit'
        export default defineConfig({
          plugins: [sessions({ database: 'chats.db', mapping: ${mapping}, judgment: 'acceptable' })],
          output: { dir: 'out' },
        })`,
    })
    const database = new DatabaseSync(join(cwd, 'chats.db'))
    database.exec('create table chats (name text primary key, log text)')
    const chat = database.prepare('insert into chats values (?, ?)')
    for (const name of ['first chat', 'second chat'])
      chat.run(name, `[${item('user', name)}, ${item('assistant', 'Yes.')}]`)
    database.close()
    expect(await judgeLines(cwd, ['chats.db'], 'second chat\tacceptable\n')).toMatchObject({ code: 0 })
    expect((await sft(['run'], { cwd })).code).toBe(0)
    expect(datasetRows(join(cwd, 'out')).map((row) => row.session_id)).toEqual(['second chat'])
  })

  it.each([
    ['missing.db', [], 'SFT_INPUT_EMPTY', 2],
    ['sessions.db', ['--project', 'x', '--sample', '0'], 'SFT_USAGE', 2],
    ['other.db', [], 'SFT_NO_EXAMPLES', 1],
  ] as const)('%s %j is an error', async (input, flags, error, exit) => {
    const cwd = folderWith()
    ownDatabase(cwd)
    const other = new DatabaseSync(join(cwd, 'other.db'))
    other.exec('create table chats (id text)')
    other.close()
    const { code, stderr } = await sft(['judge', input, ...flags, '--list'], { cwd })
    expect(stderr).toContain(error)
    expect(code).toBe(exit)
  })
})
