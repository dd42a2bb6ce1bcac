import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const example = fileURLToPath(new URL('../../examples/quickstart/', import.meta.url))
const main = fileURLToPath(new URL('../../packages/sftkit/dist/cli/main.js', import.meta.url))

const BEGIN = '<!-- example: written by scripts/docs.ts -->\n'
const END = '<!-- end of the example -->'

/** The README with its example replaced by what a run over examples/quickstart gives now. */
export function readmeWithExample(readme: string): string {
  const [before, rest] = readme.split(BEGIN)
  const [, after] = rest?.split(END) ?? []
  if (before === undefined || after === undefined) throw new Error('README.md has no place for the example')
  return `${before}${BEGIN}${section()}${END}${after}`
}

function section(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-readme-'))
  try {
    const out = join(folder, 'out')
    const { stdout } = spawnSync(process.execPath, [main, 'run', '--until', 'split', '--out', out], {
      cwd: example,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    })
    // The time and the place of this run are not those of the reader's.
    const output = stdout
      .replace(/ in [\d.]+ m?s/, '')
      .replace(/→ .*/, '→ out')
      .trimEnd()
    const rows = readFileSync(join(out, 'dataset/messages/train.jsonl'), 'utf8').trimEnd().split('\n')
    const [rejected = ''] = readFileSync(join(out, 'rejected.jsonl'), 'utf8').split('\n')
    return `\`examples/quickstart/sft.config.ts\`:

\`\`\`ts check
${config()}
\`\`\`

\`\`\`sh
cd examples/quickstart && ../../bin/sft run
\`\`\`

\`\`\`text
${output}
\`\`\`

A row of \`out/dataset/messages/train.jsonl\`, shortened:

\`\`\`jsonl
${shortRow(rows)}
\`\`\`

A line of \`out/rejected.jsonl\`:

\`\`\`jsonl
${rejected}
\`\`\`
`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The example's config without its comments. */
function config(): string {
  const text = readFileSync(join(example, 'sft.config.ts'), 'utf8')
  return text
    .split('\n')
    .filter((line) => !line.trim().startsWith('//'))
    .join('\n')
    .replaceAll(/\n{2,}(?= )/g, '\n')
    .trimEnd()
}

interface MessagesRow {
  readonly messages: readonly { readonly role: string; readonly tool_calls?: readonly unknown[] }[]
  readonly metadata: Readonly<Record<string, unknown>>
}

/** A session of the uploaded logs, its middle left out: one line for each key and message. */
function shortRow(rows: readonly string[]): string {
  const parsed = rows.map((row) => JSON.parse(row) as MessagesRow)
  const row = parsed.find(({ metadata }) => String(metadata.source).startsWith('traces/sessions/'))
  const call = row?.messages.findIndex((message) => message.tool_calls?.length === 1) ?? -1
  const answer = row?.messages.at(-1)
  if (row === undefined || call === -1 || answer === undefined) throw new Error('no row to show')
  const { id, session_id, parents, source, group } = row.metadata
  const lines = Object.entries({ ...row, metadata: { id, session_id, parents, source, group } }).map(
    ([key, value]) => {
      if (key !== 'messages')
        return `  "${key}": ${onLine(Array.isArray(value) ? value.slice(0, key === 'tools' ? 1 : 9) : value)}`
      const shown = [
        row.messages.find(({ role }) => role === 'user'),
        row.messages[call],
        row.messages[call + 1],
        answer,
      ]
      return `  "messages": [\n${shown.map((message) => `    ${onLine(message)}`).join(',\n')}\n  ]`
    },
  )
  return `{\n${lines.join(',\n')}\n}`
}

function onLine(value: unknown): string {
  return JSON.stringify(shorten(value))
}

const LONGEST_TEXT = 52

function shorten(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT - 2)} …` : value
  if (Array.isArray(value)) return value.map(shorten)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shorten(inner)]))
}
