import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { definePlugin, run } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { type AnyRow, contentsOf, datasetRows, folderWith, jsonOf, rowsOf } from './support/folders.ts'
import { chatLine, chatLines } from './support/rows.ts'
import { type CommandResult, sft } from './support/sft.ts'

/** Enough good rows that a few bad ones stay below `maxUnreadable`. */
const GOOD = 30

interface Finished {
  readonly result: CommandResult
  readonly out: string
  readonly rows: AnyRow[]
  readonly unreadable: AnyRow[]
}

async function runOver(files: Record<string, string | Uint8Array>, ...args: string[]): Promise<Finished> {
  const cwd = folderWith(files)
  const result = await sft(['run', 'in', ...args], { cwd })
  const out = join(cwd, 'sft-out')
  return { result, out, rows: datasetRows(out), unreadable: rowsOf(join(out, 'unreadable.jsonl')) }
}

/** An escape of its own, and not an escaped backslash before `u`, as in JSON inside a JSON text. */
const LONE = /(?<!\\)\\ud83d/gi

/** A file with bad lines between good ones. */
function between(...bad: (string | Uint8Array)[]): Buffer {
  const parts = bad.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])
  return Buffer.concat([
    Buffer.from(chatLines(GOOD / 2, 'a')),
    ...parts,
    Buffer.from(chatLines(GOOD / 2, 'b')),
  ])
}

describe('a line that is no record', () => {
  it.each([
    ['half a JSON line', '{"messages": [{"role": "user", "con', 'SFT_ROW_JSON'],
    ['a bare string', '"text"', 'SFT_ROW_SHAPE'],
    ['a number', '42', 'SFT_ROW_SHAPE'],
    ['a large number', '12345678901234567890', 'SFT_ROW_SHAPE'],
    ['a list', '[{"role": "user"}]', 'SFT_ROW_SHAPE'],
    ['null', 'null', 'SFT_ROW_SHAPE'],
    [
      'bytes that are not UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      'SFT_ROW_ENCODING',
    ],
    ['NUL bytes', Buffer.alloc(20), 'SFT_ROW_JSON'],
  ])('is listed with its place: %s', async (_name, line, code) => {
    const { result, rows, unreadable } = await runOver({ 'in/rows.jsonl': between(line) })
    expect(result.code).toBe(0)
    expect(rows).toHaveLength(GOOD)
    expect(unreadable).toMatchObject([
      { source: 'in/rows.jsonl', line: GOOD / 2 + 1, byteOffset: chatLines(GOOD / 2, 'a').length, code },
    ])
  })

  it('keeps its line number in a file that is read in ranges', async () => {
    const padding = 'x'.repeat(100_000)
    const many = Array.from({ length: 200 }, (_, n) => `${chatLine(`s${n}`, { model: padding })}\n`)
    many[150] = 'no json\n'
    const { unreadable, rows } = await runOver({ 'in/rows.jsonl': many.join('') })
    expect(rows).toHaveLength(199)
    expect(unreadable).toMatchObject([{ line: 151, code: 'SFT_ROW_JSON' }])
  })
})

describe('odd encodings of good lines', () => {
  it('reads a byte order mark, CRLF and blank lines as nothing', async () => {
    const text = `\uFEFF${chatLines(3).replaceAll('\n', '\r\n')}\r\n  \r\n${chatLine('last')}`
    const { rows, unreadable } = await runOver({ 'in/rows.jsonl': text })
    expect(rows.map((row) => row.session_id).sort()).toEqual(['last', 's0', 's1', 's2'])
    expect(unreadable).toEqual([])
  })

  it('writes U+FFFD for lone surrogates and says so', async () => {
    const line = chatLine('odd').replace('question of odd', 'lone \\ud83d and \\\\ud83d and \\ud83d\\ude00')
    const { out, rows } = await runOver({ 'in/rows.jsonl': `${chatLines(2)}${line}\n` })
    const odd = rows.find((row) => row.session_id === 'odd')
    expect(odd?.messages[0].content).toBe('lone \uFFFD and \\ud83d and \u{1F600}')
    expect(rowsOf(join(out, 'losses.jsonl'))).toMatchObject([{ kind: 'changed', count: 1 }])
  })

  it('finds lone surrogates wherever they stand in a row', async () => {
    const odd = '"\\ud83d"'
    const lines = [
      `{"session_id":${odd},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}`,
      `{"model":${odd},"metadata":{"a":[${odd}],${odd}:1},"messages":[{"role":"user","content":"q2"},{"role":"assistant","content":"a"}]}`,
      `{"messages":[{"role":"user","content":"q3"},{"role":"assistant","content":"","reasoning_content":${odd},"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":{"x":{"y":${odd}}}}}]}]}`,
      `{"tools":[{"type":"function","function":{"name":"f","description":${odd}}}],"messages":[{"role":"user","content":[{"type":"text","text":${odd}}]},{"role":"assistant","content":"a"}]}`,
    ]
    const cwd = folderWith({ 'in/rows.jsonl': `${lines.join('\n')}\n` })
    const args = ['run', 'in', '--format', 'messages,openai,chatml,sharegpt,alpaca,prompt-completion']
    for (const more of [[], ['--until', 'load']]) {
      expect(await sft([...args, ...more], { cwd })).toMatchObject({ code: 0 })
      for (const [path, text] of Object.entries(contentsOf(join(cwd, 'sft-out')))) {
        if (path.endsWith('.jsonl') && !path.startsWith('.sft'))
          expect({ path, text }).toEqual({ path, text: text.replace(LONE, '?') })
      }
    }
  })

  it('keeps lone surrogates out of the ledgers too', async () => {
    const cwd = folderWith({ 'in/rows.jsonl': chatLines(2) })
    const drop = definePlugin({
      name: 'odd-reasons',
      version: '1',
      setup: (api) =>
        api.filter((trace) =>
          trace.session === 's0' ? { reason: 'odd', detail: 'half \ud83d' } : undefined,
        ),
    })
    await run({ input: join(cwd, 'in'), plugins: [drop], output: { dir: join(cwd, 'out') } })
    expect(readFileSync(join(cwd, 'out/rejected.jsonl'), 'utf8')).not.toMatch(/\\ud83d/i)
  })

  it('carries NUL, U+2028 and other control characters', async () => {
    const text = 'a\u0000b\u2028c\u2029d\u0085e\tf'
    const line = chatLine('odd\u0000session', {
      messages: [
        { role: 'user', content: text },
        { role: 'assistant', content: 'ok' },
      ],
    })
    const file = `${chatLines(8)}${line.replaceAll('\\u2028', '\u2028')}\n`
    for (const set of [[], ['--set', 'output.as=parquet'], ['--set', 'split.by=temporal']]) {
      const cwd = folderWith({ 'in/rows.jsonl': file })
      const result = await sft(['run', 'in', ...set], { cwd })
      expect(result).toMatchObject({ code: 0 })
      if (set[1] === 'output.as=parquet') continue
      const odd = datasetRows(join(cwd, 'sft-out')).find((row) => row.session_id === 'odd\u0000session')
      expect(odd?.messages[0].content).toBe(text)
    }
  })
})

it('refuses a line of 600 MB with its size, and reads the rows around it', async () => {
  const cwd = folderWith({ 'in/rows.jsonl': chatLines(GOOD / 2, 'a') })
  const file = join(cwd, 'in/rows.jsonl')
  const before = statSync(file).size
  // A hole in the file: bytes that nobody has to write.
  const length = 600_000_000
  truncateSync(file, before + length)
  appendFileSync(file, `\n${chatLines(GOOD / 2, 'b')}`)
  const result = await sft(['run', 'in'], { cwd })
  rmSync(file)
  expect(result.code).toBe(0)
  expect(datasetRows(join(cwd, 'sft-out'))).toHaveLength(GOOD)
  const unreadable = rowsOf(join(cwd, 'sft-out/unreadable.jsonl'))
  expect(unreadable).toMatchObject([{ line: GOOD / 2 + 1, byteOffset: before, code: 'SFT_ROW_TOO_LONG' }])
  expect(unreadable[0]?.message).toContain('600.0 MB')
})

describe('files', () => {
  it('lists an empty file and one of no known format as one row each', async () => {
    const { result, unreadable } = await runOver({
      'in/rows.jsonl': chatLines(GOOD),
      'in/empty.jsonl': '',
      'in/notes.txt': 'Dear diary,\nnothing happened.\n',
    })
    expect(result.code).toBe(0)
    expect(unreadable).toMatchObject([
      { source: 'in/empty.jsonl', code: 'SFT_LOAD_UNKNOWN' },
      { source: 'in/notes.txt', code: 'SFT_LOAD_UNKNOWN' },
    ])
  })

  it.each([
    ['an empty folder', {}, 'in'],
    ['hidden files alone', { 'in/.hidden.jsonl': chatLines(1) }, 'in'],
    ['a path that is not there', {}, 'nowhere'],
    ['a glob without a match', {}, 'in/**/*.jsonl'],
  ])('says what it looked for: %s', async (_name, files, input) => {
    const cwd = folderWith({ 'in/.keep': '', ...files })
    const result = await sft(['run', input], { cwd })
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('SFT_INPUT_EMPTY')
    expect(result.stderr).toContain(join(cwd, input))
  })

  it('reads identical files once', async () => {
    const { out, rows } = await runOver({
      'in/a.jsonl': chatLines(3),
      'in/b.jsonl': chatLines(3),
      'in/c.jsonl': chatLines(3, 'c'),
    })
    expect(rows).toHaveLength(6)
    expect(jsonOf(join(out, 'manifest.json')).copies).toEqual([{ uri: 'in/b.jsonl', of: 'in/a.jsonl' }])
  })

  it('keeps files of one name in different folders apart', async () => {
    const padding = 'x'.repeat(200_000)
    const big = (prefix: string): string =>
      Array.from({ length: 50 }, (_, n) => `${chatLine(`${prefix}${n}`, { model: padding })}\n`).join('')
    const cwd = folderWith({ 'a/rows.jsonl': big('a'), 'b/rows.jsonl': big('b') })
    const result = await sft(['run', 'a/rows.jsonl', 'b/rows.jsonl'], { cwd })
    expect(result.code).toBe(0)
    const sessions = datasetRows(join(cwd, 'sft-out')).map((row) => row.session_id)
    expect(new Set(sessions).size).toBe(100)
    const [first, second] = jsonOf(join(cwd, 'sft-out/manifest.json')).inputs
    expect(first).toMatchObject({ records: 50 })
    expect(second).toMatchObject({ records: 50 })
    expect(first.sha256).not.toBe(second.sha256)
  })

  it('follows a loop of symbolic links once', async () => {
    const cwd = folderWith({ 'in/sub/rows.jsonl': chatLines(GOOD) })
    symlinkSync('..', join(cwd, 'in/sub/up'))
    symlinkSync('self', join(cwd, 'in/self'))
    symlinkSync('nowhere', join(cwd, 'in/broken'))
    const result = await sft(['run', 'in'], { cwd })
    expect(result.code).toBe(0)
    expect(datasetRows(join(cwd, 'sft-out'))).toHaveLength(GOOD)
    expect(rowsOf(join(cwd, 'sft-out/unreadable.jsonl'))).toMatchObject([
      { source: 'in/broken', code: 'SFT_FILE_UNREADABLE' },
      { source: 'in/self', code: 'SFT_FILE_UNREADABLE' },
    ])
  })

  it('does not read its own output, nor the config, when they are below the input', async () => {
    const cwd = folderWith({ 'rows.jsonl': chatLines(3), 'sft.config.mjs': 'export default {}' })
    for (const args of [
      ['run', '.'],
      ['run', '.'],
      ['run', '.', '--out', 'other'],
      ['run', '**/*.jsonl'],
    ]) {
      expect(await sft(args, { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('3 traces') })
    }
  })

  it('goes on when a file vanishes or changes while the run reads', async () => {
    const cwd = folderWith({
      'in/a.jsonl': chatLines(GOOD, 'a'),
      'in/b.jsonl': chatLines(GOOD, 'b'),
      'in/c.jsonl': chatLines(3, 'c'),
    })
    const meddler = definePlugin({
      name: 'meddler',
      version: '1',
      setup: (api) => {
        api.load({
          order: 'pre',
          handler: {
            name: 'meddled',
            looksFor: 'rows of sessions that begin with a',
            detect: ({ record }) => ((record as AnyRow).session_id?.startsWith('a') ? 'it is a' : undefined),
            read: ({ value }) => {
              rmSync(join(cwd, 'in/c.jsonl'), { force: true })
              appendFileSync(join(cwd, 'in/b.jsonl'), '')
              writeFileSync(join(cwd, 'in/b.jsonl'), chatLines(GOOD + 1, 'b'))
              return { messages: value.messages as never }
            },
          },
        })
      },
    })
    const result = await run({
      input: join(cwd, 'in'),
      plugins: [meddler],
      output: { dir: join(cwd, 'out') },
    })
    expect(result.traces).toBeGreaterThanOrEqual(2 * GOOD)
    expect(result.counts.byCode).toEqual({ SFT_FILE_CHANGED: 1, SFT_FILE_UNREADABLE: 1 })
  })

  it('reads what can be read of damaged compression', async () => {
    const { gzipSync } = await import('node:zlib')
    const whole = gzipSync(chatLines(2000, 'z'))
    const { result, rows, unreadable } = await runOver({
      'in/rows.jsonl': chatLines(GOOD),
      'in/cut.jsonl.gz': whole.subarray(0, whole.length - 200),
    })
    expect(result.code).toBe(0)
    expect(rows.length).toBeGreaterThan(GOOD)
    expect(unreadable).toMatchObject([{ source: 'in/cut.jsonl.gz', code: 'SFT_FILE_COMPRESSED' }])
  })
})

describe('identical rows', () => {
  it('get #2, #3 and never stand in two splits', async () => {
    const same = chatLine('same').replace('"session_id":"same",', '')
    const { rows, out } = await runOver({
      'in/a.jsonl': `${chatLines(20)}${same}\n${same}\n`,
      'in/b.jsonl': `${same}\n${chatLines(20, 'b')}`,
    })
    const ids = rows
      .filter((row) => row.messages[0].content === 'question of same')
      .map((row) => row.metadata.id)
    const [id] = ids
    expect(ids).toEqual([id, `${id}#2`, `${id}#3`])
    const { splits } = jsonOf(join(out, 'manifest.json'))
    const holding = Object.values(splits as AnyRow).filter((split) => split.ids.includes(id))
    expect(holding).toHaveLength(1)
    expect(holding[0].ids).toEqual(expect.arrayContaining(ids))
  })
})

describe('values', () => {
  const numbers =
    '{"big":12345678901234567890,"float":1.0,"exponent":1e5,"minus":-0,"long":0.1000000000000000055511151231257827}'

  it('leaves numbers spelled as they were', async () => {
    const call = `{"id":"c1","type":"function","function":{"name":"f","arguments":${JSON.stringify(numbers)}}}`
    const line = `{"session_id":"n","metadata":${numbers},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[${call}]}]}`
    const cwd = folderWith({ 'in/rows.jsonl': `${line}\n` })
    await sft(['run', 'in', '--format', 'messages,openai'], { cwd })
    const [messages = '', openai = ''] = ['messages', 'openai'].map((format) => {
      const { datasets } = jsonOf(join(cwd, 'sft-out/manifest.json'))
      const files = Object.values(
        datasets.find((one: AnyRow) => one.format === format).splits,
      ).flat() as AnyRow[]
      return files.map((file) => readFileSync(join(cwd, 'sft-out', file.path), 'utf8')).join('')
    })
    expect(messages).toContain(`"arguments":${numbers}`)
    expect(messages).toContain(`"metadata":${numbers}`)
    expect(openai).toContain(`"arguments":${JSON.stringify(numbers)}`)
  })

  it('keeps __proto__ and constructor as keys like any other', async () => {
    const args = '{"__proto__":{"x":1},"constructor":2,"hasOwnProperty":3}'
    const call = `{"id":"c1","type":"function","function":{"name":"__proto__","arguments":${JSON.stringify(args)}}}`
    const line = `{"session_id":"__proto__","tags":["constructor"],"metadata":${args},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[${call}]}]}`
    const { result, out } = await runOver({ 'in/rows.jsonl': `${line}\n${chatLine('constructor')}\n` })
    expect(result.code).toBe(0)
    const { datasets } = jsonOf(join(out, 'manifest.json'))
    const files = Object.values(datasets[0].splits).flat() as AnyRow[]
    const text = files.map((file) => readFileSync(join(out, file.path), 'utf8')).join('')
    expect(text).toContain(`"arguments":${args}`)
    expect(text).toContain(`"metadata":${args}`)
    expect(jsonOf(join(out, 'stats.json')).tags.constructor).toBe(1)
  })

  it('keeps the text of arguments that are no JSON', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: 'rm -rf {' } }
    const line = chatLine('s', {
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: '', tool_calls: [call] },
      ],
    })
    const { rows, result } = await runOver(
      { 'in/rows.jsonl': `${line}\n${chatLines(3)}` },
      '--format',
      'messages',
    )
    expect(result.code).toBe(0)
    expect(JSON.stringify(rows)).toContain('rm -rf {')
  })

  it.each([
    [
      'in the metadata',
      (deep: string) =>
        `{"session_id":"d","metadata":${deep},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}`,
    ],
    [
      'in arguments',
      (deep: string) =>
        `{"session_id":"d","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":${deep}}}]}]}`,
    ],
    [
      'in arguments as text',
      (deep: string) =>
        `{"session_id":"d","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":${JSON.stringify(deep)}}}]}]}`,
    ],
    [
      'with a number that would be respelled',
      (deep: string) =>
        `{"session_id":"d","metadata":[1.0,${deep}],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}`,
    ],
  ])('neither crashes nor stops at 100,000 levels %s', async (_name, lineOf) => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const line = lineOf(deep)
    for (const files of [
      { 'in/rows.jsonl': between(line) },
      { 'in/rows.json': `[${[...chatLines(GOOD).trim().split('\n'), line].join(',')}]` },
    ]) {
      const { result, rows, unreadable } = await runOver(files)
      expect(result).toMatchObject({ code: 0, stderr: '' })
      expect(rows).toHaveLength(GOOD)
      expect(unreadable).toMatchObject([{ code: 'SFT_ROW_TOO_DEEP' }])
    }
  })
})

describe('too much that is unreadable', () => {
  it('ends with code 1 and the commonest reasons, and keeps the outputs', async () => {
    const { result, rows, unreadable } = await runOver({
      'in/rows.jsonl': `${chatLines(6)}no json\nneither\n7\n`,
    })
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('SFT_TOO_MANY_UNREADABLE')
    expect(result.stderr).toContain('SFT_ROW_JSON (2)')
    expect(rows).toHaveLength(6)
    expect(unreadable).toHaveLength(3)
  })

  it('is told by maxUnreadable', async () => {
    const { result } = await runOver(
      { 'in/rows.jsonl': `${chatLines(6)}no json\n` },
      '--set',
      'maxUnreadable=0.2',
    )
    expect(result.code).toBe(0)
  })

  it('keeps traces.jsonl as well', async () => {
    const cwd = folderWith({ 'in/rows.jsonl': `${chatLines(2)}no json\nneither\n` })
    expect((await sft(['run', 'in', '--until', 'load'], { cwd })).code).toBe(1)
    expect(rowsOf(join(cwd, 'sft-out/traces.jsonl'))).toHaveLength(2)
  })
})

it('does not read what another program is still writing a line of', async () => {
  const cwd = folderWith({ 'in/rows.jsonl': chatLines(GOOD) })
  const descriptor = openSync(join(cwd, 'in/rows.jsonl'), 'a')
  writeSync(descriptor, chatLine('half').slice(0, 40))
  closeSync(descriptor)
  const result = await sft(['run', 'in'], { cwd })
  expect(result.code).toBe(0)
  expect(rowsOf(join(cwd, 'sft-out/unreadable.jsonl'))).toMatchObject([
    { code: 'SFT_ROW_JSON', line: GOOD + 1 },
  ])
})
