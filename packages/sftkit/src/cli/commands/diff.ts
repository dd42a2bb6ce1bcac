import { resolve } from 'node:path'
import { diffRuns, type RunDiff } from '@sftkit/core'
import pc from 'picocolors'
import { count } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { table } from '../table.ts'

const SHOWN = 20

/** `sft diff`: why two runs differ. @returns 0 also where they do: a difference is no failure */
export async function diffCommand(before: string, after: string, flags: object): Promise<number> {
  const { json = false } = flags as { readonly json?: boolean }
  const cwd = callersDirectory()
  const diff = diffRuns(resolve(cwd, before), resolve(cwd, after))
  process.stdout.write(json ? `${JSON.stringify(diff)}\n` : `${describe(diff)}\n`)
  return 0
}

function describe(diff: RunDiff): string {
  if (diff.same) return 'The runs are the same: inputs, config, plugins, rows, tags, drops and splits.'
  const parts = [
    changes('inputs', diff.inputs),
    section(
      'config',
      ['key', 'before', 'after'],
      diff.config.map(({ key, before, after }) => [key, text(before), text(after)]),
    ),
    changes('plugins', diff.plugins),
    section(
      'counts',
      ['what', 'before', 'after'],
      diff.counts.map(({ what, before, after }) => [what, count(before), count(after)]),
    ),
    changes('examples', { added: diff.examples.added, removed: diff.examples.removed, changed: [] }),
    section(
      'moved between splits',
      ['id', 'from', 'to'],
      diff.examples.moved.map(({ id, from, to }) => [id, from, to]),
    ),
    section(
      'tags',
      ['trace', 'added', 'removed'],
      diff.tags.map(({ id, added, removed }) => [id, added.join(' '), removed.join(' ')]),
    ),
    section(
      'files whose bytes differ',
      ['path'],
      diff.files.map((path) => [path]),
    ),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function changes(
  name: string,
  { added, removed, changed }: { added: string[]; removed: string[]; changed: string[] },
): string {
  const rows = [
    ...added.map((one) => [pc.green('added'), one]),
    ...removed.map((one) => [pc.red('removed'), one]),
    ...changed.map((one) => [pc.yellow('changed'), one]),
  ]
  return section(name, ['', name], rows)
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const more = rows.length > SHOWN ? `\n… and ${count(rows.length - SHOWN)} more (--json has all)` : ''
  return `${pc.bold(title)} (${count(rows.length)})\n${table(head, rows.slice(0, SHOWN))}${more}`
}

function text(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value)
}
