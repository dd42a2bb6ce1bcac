import type { InspectedFile, Inspection, LedgerLine } from '@sftkit/core'
import pc from 'picocolors'
import { count } from './display.ts'
import { table } from './table.ts'

/** More files than these are summed up by format; `--json` lists them all. */
const LISTED_FILES = 40
const LISTED_UNREADABLE = 40

/** What `sft inspect` prints of an input. */
export function overview({ files, ledger, unreadable, copies, earlier, hidden }: Inspection): string {
  const parts =
    files.length <= LISTED_FILES ? [fileTable(files), '', reasonTable(files)] : [formatTable(files)]
  if (ledger.length > 0) parts.push('', ledgerTable(ledger, files))
  if (unreadable.length > 0) parts.push('', unreadableTable(unreadable))
  if (copies.length > 0) {
    const rows = copies.slice(0, LISTED_FILES).map(({ uri, of }) => [uri, of])
    parts.push('', table(['read once', 'same bytes as'], rows), ...more(copies.length, rows.length))
  }
  if (earlier.length > 0) {
    const rows = earlier.slice(0, LISTED_FILES).map(({ uri, newer }) => [uri, newer])
    parts.push('', table(['earlier version, left out', 'newer'], rows), ...more(earlier.length, rows.length))
  }
  if (hidden.length > 0) {
    const rows = hidden.slice(0, LISTED_FILES).map((uri) => [uri])
    parts.push('', table(['hidden, left out: name it to read it'], rows), ...more(hidden.length, rows.length))
  }
  return parts.join('\n')
}

function fileTable(files: readonly InspectedFile[]): string {
  const folder = commonFolder(files.map(({ uri }) => uri))
  const rows = files.map((file) => {
    const format = file.format ?? pc.red('unknown')
    const name = file.uri.slice(folder.length)
    // What is read together has its traces at one of its files.
    if (file.with !== undefined && file.traces === 0)
      return [format, '', '', '', '', `read with ${lastPart(file.with)}`, name]
    return [format, ...countsOf([file]), missing([file]), name]
  })
  const place = folder === '' ? 'file' : `file in ${folder}`
  return table(['format', 'traces', 'messages', 'calls', 'results', 'missing', place], rows)
}

function lastPart(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1)
}

function formatTable(files: readonly InspectedFile[]): string {
  const formats = [...Map.groupBy(files, (file) => file.format ?? '')].sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = formats.map(([format, same]) => [
    format === '' ? pc.red('unknown') : format,
    count(same.length),
    ...countsOf(same),
    missing(same),
  ])
  return table(['format', 'files', 'traces', 'messages', 'calls', 'results', 'missing'], rows)
}

/** The folder that all paths are in, with its last slash; nothing for a single path. */
function commonFolder(uris: readonly string[]): string {
  const [first = '', ...rest] = uris
  let end = rest.length === 0 ? 0 : first.lastIndexOf('/') + 1
  while (end > 0 && !rest.every((uri) => uri.startsWith(first.slice(0, end))))
    end = first.lastIndexOf('/', end - 2) + 1
  return first.slice(0, end)
}

/** Files that no loader reads are listed with the reason among what is unreadable. */
function reasonTable(files: readonly InspectedFile[]): string {
  const told = files.filter((file) => file.format !== undefined && file.with === undefined)
  const folder = commonFolder(files.map(({ uri }) => uri))
  const reasons = Map.groupBy(told, (file) => `${file.format}\n${file.why}`)
  const rows = [...reasons].map(([key, same]) => [
    ...key.split('\n'),
    count(same.length),
    (same[0]?.uri ?? '').slice(folder.length),
  ])
  return table(['format', 'why', 'files', 'for example'], rows)
}

function countsOf(files: readonly InspectedFile[]): string[] {
  const sum = (of: (file: InspectedFile) => number): string =>
    count(files.reduce((total, file) => total + of(file), 0))
  return [
    sum((file) => file.traces),
    sum((file) => file.messages),
    sum((file) => file.toolCalls),
    sum((file) => file.toolResults),
  ]
}

/** Fields that all or some of the traces lack. */
function missing(files: readonly InspectedFile[]): string {
  const traces = files.reduce((total, file) => total + file.traces, 0)
  const lacking = new Map<string, number>()
  for (const file of files)
    for (const [field, lacks] of Object.entries(file.missing))
      lacking.set(field, (lacking.get(field) ?? 0) + lacks)
  const folded = files.reduce((total, file) => total + file.folded, 0)
  return [
    ...(folded > 0 ? [`${count(folded)} folded into others`] : []),
    ...[...lacking].map(([field, lacks]) => (lacks === traces ? field : `${field} (${count(lacks)})`)),
  ].join(', ')
}

/** What became of each field. With several formats, fields that are all kept are only counted. */
function ledgerTable(ledger: readonly LedgerLine[], files: readonly InspectedFile[]): string {
  const formats = new Set(files.map((file) => file.format))
  const shown =
    formats.size > 1 ? ledger.filter((line) => line.changed + line.dropped + line.unknown > 0) : ledger
  const rows = shown.map(({ plugin, field, kept, changed, dropped, unknown, detail }) => [
    plugin,
    field,
    number(kept),
    number(changed),
    dropped === 0 ? '' : pc.yellow(count(dropped)),
    unknown === 0 ? '' : pc.red(count(unknown)),
    (detail ?? '').replaceAll(/\s+/g, ' ').slice(0, 60),
  ])
  const lines = [
    table(['plugin', 'field', 'kept', 'changed', 'dropped', 'unknown', 'why, for example'], rows),
  ]
  const hidden = ledger.length - shown.length
  if (hidden > 0) lines.push(`${count(hidden)} more fields are kept as they are (--json lists them).`)
  return lines.join('\n')
}

function number(value: number): string {
  return value === 0 ? '' : count(value)
}

function unreadableTable(unreadable: Inspection['unreadable']): string {
  const rows = unreadable
    .slice(0, LISTED_UNREADABLE)
    .map(({ source, line, code, message }) => [
      line === undefined ? source : `${source}:${line}`,
      code,
      message,
    ])
  return [table(['unreadable', 'code', 'message'], rows), ...more(unreadable.length, rows.length)].join('\n')
}

function more(all: number, listed: number): string[] {
  return all > listed ? [`… and ${count(all - listed)} more (--json lists them)`] : []
}
