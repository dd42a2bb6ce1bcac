import { basename } from 'node:path'
import { parquetRows, sftError } from '@sftkit/core'
import { fileLines } from '../run/file-lines.ts'
import type { RowMessage } from './messages.ts'

/** A row of a dataset, and where it stands. */
export interface DatasetRow {
  readonly value: Readonly<Record<string, unknown>>
  readonly file: string
  /** From 1 on. */
  readonly line: number
}

/** A text that is trained: a conversation with its template, or a plain text. */
export type Sequence =
  | {
      readonly kind: 'chat'
      readonly messages: readonly RowMessage[]
      readonly tools: readonly unknown[] | null
      readonly variables: Readonly<Record<string, unknown>>
      /** How many messages are given; absent: every assistant turn is learned. */
      readonly given?: number
    }
  | { readonly kind: 'text'; readonly prompt: string; readonly completion: string }

/**
 * The rows of JSON-lines and parquet files, in their order; of all rows the first of each so many.
 *
 * @throws SFT_TEMPLATE_ROW where a line is no row
 */
export async function* datasetRows(paths: readonly string[], every = 1): AsyncGenerator<DatasetRow> {
  let number = 0
  for (const path of paths) {
    const file = basename(path)
    let line = 0
    for await (const row of path.endsWith('.parquet') ? parquetRows(path) : fileLines(path)) {
      line++
      if (row === '' || row === '\r' || number++ % every !== 0) continue
      // Numbers that were kept as they are written become plain ones, as those of lines are.
      const value = typeof row === 'string' ? parsed(row, path, line) : JSON.parse(JSON.stringify(row))
      yield { value, file, line }
    }
  }
}

function parsed(text: string, path: string, line: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (cause) {
    throw sftError('SFT_TEMPLATE_ROW', `Line ${line} of ${basename(path)} is no JSON.`, {
      source: path,
      line,
      cause,
    })
  }
  throw sftError('SFT_TEMPLATE_ROW', `Line ${line} of ${basename(path)} is no row.`, { source: path, line })
}

/** What of a row is trained; of a preference both answers. @throws SFT_TEMPLATE_ROW where it has none of the columns */
export function sequencesOf(row: DatasetRow): readonly Sequence[] {
  const { value } = row
  if (Array.isArray(value.messages)) return [chat(value, value.messages as RowMessage[])]
  const prompt = value.prompt
  const answers = [value.completion, value.chosen, value.rejected].filter((answer) => answer !== undefined)
  if (answers.length > 0) return answers.map((answer) => completed(value, prompt, answer, row))
  if (typeof value.text === 'string') return [{ kind: 'text', prompt: '', completion: value.text }]
  throw sftError('SFT_TEMPLATE_ROW', `Line ${row.line} of ${row.file} has nothing to train on.`, {
    source: row.file,
    line: row.line,
    fix: 'A row has `messages`, `prompt` with `completion` or with `chosen` and `rejected`, or `text`.',
  })
}

function completed(value: DatasetRow['value'], prompt: unknown, answer: unknown, row: DatasetRow): Sequence {
  if (typeof answer === 'string' && (typeof prompt === 'string' || prompt === undefined))
    return { kind: 'text', prompt: prompt ?? '', completion: answer }
  if (Array.isArray(prompt) && Array.isArray(answer))
    return { ...chat(value, [...prompt, ...answer] as RowMessage[]), given: prompt.length }
  throw sftError(
    'SFT_TEMPLATE_ROW',
    `Line ${row.line} of ${row.file}: prompt and answer are of different kinds.`,
    {
      source: row.file,
      line: row.line,
      fix: 'Write both as texts, or both as lists of messages.',
    },
  )
}

function chat(
  value: DatasetRow['value'],
  messages: readonly RowMessage[],
): Extract<Sequence, { kind: 'chat' }> {
  const tools = typeof value.tools === 'string' ? (JSON.parse(value.tools) as unknown) : value.tools
  return {
    kind: 'chat',
    messages,
    tools: Array.isArray(tools) ? tools : null,
    variables: (value.chat_template_kwargs ?? {}) as Record<string, unknown>,
  }
}

/** How a row is named to a person: its id, where it has one, and its place. */
export function rowName({ value, file, line }: DatasetRow): string {
  const id = (value.metadata as { id?: unknown } | undefined)?.id
  return `${typeof id === 'string' ? `${id}, ` : ''}${file} line ${line}`
}
