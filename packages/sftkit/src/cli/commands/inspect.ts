import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { counted, errorText, indexFile, inspectInput, readManifest, sftError } from '@sftkit/core'
import { conversation } from '../conversation.ts'
import { count, createDisplay } from '../display.ts'
import { callersDirectory, findEnvironment } from '../environment.ts'
import { overview } from '../inspection.ts'
import { table } from '../table.ts'

interface InspectFlags {
  readonly show?: number
  readonly sql?: string
  readonly config?: string
  readonly json?: boolean
}

/** `sft inspect`: what is in an input, or in a finished run. */
export async function inspectCommand(paths: readonly string[], flags: object): Promise<void> {
  const { show, sql, config, json = false } = flags as InspectFlags
  const cwd = callersDirectory()
  const run =
    paths.length === 1 && existsSync(resolve(cwd, paths[0] ?? '', 'manifest.json'))
      ? resolve(cwd, paths[0] ?? '')
      : undefined
  if (sql !== undefined) return queryRun(run, sql, json)
  if (run !== undefined && show === undefined) return describeRun(run, json)
  const display = createDisplay({ json: false })
  const inspection = await inspectInput(await findEnvironment(config), {
    cwd,
    input: paths,
    log: display.log,
    ...(show !== undefined && { show }),
  })
  display.end()
  if (json) process.stdout.write(`${JSON.stringify(inspection)}\n`)
  else if (show === undefined) process.stdout.write(`${overview(inspection)}\n`)
  else if (inspection.shown === undefined) {
    const traces = inspection.files.reduce((sum, file) => sum + file.traces, 0)
    throw sftError('SFT_USAGE', `There is no trace ${show}: ${traces} were read.`)
  } else process.stdout.write(`${conversation(inspection.shown)}\n`)
}

function describeRun(run: string, json: boolean): void {
  const manifest = readManifest(run)
  if (json) {
    process.stdout.write(`${JSON.stringify(manifest)}\n`)
    return
  }
  const splits = Object.entries(manifest.splits).map(([name, split]) => [
    name,
    count(split.examples),
    count(split.groups),
    count(split.tokens),
  ])
  const reasons = Object.entries(manifest.drops).map(([key, number]) => [...key.split(' '), count(number)])
  const losses = Object.entries(manifest.losses).map(([key, number]) => [key, count(number)])
  const parts = [
    `${counted(manifest.traces, 'trace')} from ${counted(manifest.inputs.length, 'file')}, ${counted(manifest.examples, 'example')}`,
    '',
    table(['split', 'examples', 'groups', manifest.tokens.counted ? 'tokens' : 'tokens (estimated)'], splits),
  ]
  if (reasons.length > 0) parts.push('', table(['stage', 'plugin', 'reason', 'dropped'], reasons))
  if (losses.length > 0) parts.push('', table(['lost or changed', 'count'], losses))
  process.stdout.write(`${parts.join('\n')}\n`)
}

function queryRun(run: string | undefined, sql: string, json: boolean): void {
  if (run === undefined || !existsSync(indexFile(run))) {
    throw sftError('SFT_RUN_UNREADABLE', '--sql asks the index of a finished run, and the path is not one.')
  }
  const database = new DatabaseSync(indexFile(run), { readOnly: true })
  try {
    const rows = database.prepare(sql).all()
    if (json) process.stdout.write(`${JSON.stringify(rows)}\n`)
    else if (rows.length === 0) process.stdout.write('no rows\n')
    else
      process.stdout.write(
        `${table(
          Object.keys(rows[0] ?? {}),
          rows.map((row) => Object.values(row).map(cell)),
        )}\n`,
      )
  } catch (error) {
    const tables = database
      .prepare("select name from sqlite_master where type in ('table', 'view') order by name")
      .all()
    throw sftError(
      'SFT_USAGE',
      `The query failed: ${errorText(error)}. Tables: ${tables.map((row) => row.name).join(', ')}.`,
    )
  } finally {
    database.close()
  }
}

function cell(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(4) : String(value)
}
