import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { finished } from 'node:stream/promises'
import { makeFolders } from '@sftkit/core'
import { datasetRows } from '../../template/dataset-rows.ts'

export type Row = Readonly<Record<string, unknown>>

export interface Message {
  readonly role: string
  readonly content?: unknown
  readonly tool_calls?: readonly {
    readonly function: { readonly name: string; readonly arguments: unknown }
  }[]
  readonly train?: boolean
}

/** Writes rows in another layout, one a line. @returns the number written, and of those that the layout cannot hold */
export async function writeRows(
  from: readonly string[],
  to: string,
  convert: (row: Row) => Row | undefined,
): Promise<{ readonly rows: number; readonly left: number }> {
  makeFolders(dirname(to))
  const file = createWriteStream(to)
  let rows = 0
  let left = 0
  for await (const { value } of datasetRows(from)) {
    const row = convert(value)
    if (row === undefined) {
      left++
      continue
    }
    rows++
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain')
  }
  file.end()
  await finished(file)
  return { rows, left }
}

/** The messages of a row. */
export function messagesOf(row: Row): readonly Message[] {
  return Array.isArray(row.messages) ? (row.messages as Message[]) : []
}

/** The text of a message, whose content may be parts. */
export function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('')
}
