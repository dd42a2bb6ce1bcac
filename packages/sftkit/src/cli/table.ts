import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'

/** Columns that line up; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))))
  const right = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[-\d.,]+( %)?$|^$/.test(row[column] ?? '')),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const pad = ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)))
        return right[column] ? pad + cell : cell + pad
      })
      .join('  ')
      .trimEnd()
  return [pc.dim(line(head)), ...rows.map(line)].join('\n')
}

function width(text: string): number {
  return stripVTControlCharacters(text).length
}
