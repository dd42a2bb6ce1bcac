import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunResult, run } from 'sftkit'

/** What is committed beside an agent's config: the rows that its traces gave when somebody last looked. */
export interface DataLock {
  readonly traces: number
  /** Rows by format and split. */
  readonly rows: RunResult['rows']
}

export interface CheckOptions {
  /** Reads these files in place of the config's input. */
  readonly input?: readonly string[]
  /** Writes the lock anew instead of comparing with it. */
  readonly update?: boolean
}

/**
 * Runs an agent's config without writing anything, and compares the rows with its `data.lock.json`. More rows are
 * fine; a lost field is an error of the run itself (`strict`).
 *
 * @param folder an agent's package, with its `sft.config.ts`
 * @returns what is wrong, one sentence each
 * @throws SftError where the run fails
 */
export async function checkData(
  folder: string,
  { input, update = false }: CheckOptions = {},
): Promise<string[]> {
  const result = await run(join(folder, 'sft.config.ts'), {
    dryRun: true,
    strict: true,
    ...(input !== undefined && { input }),
  })
  const lockFile = join(folder, 'data.lock.json')
  const now: DataLock = { traces: result.traces, rows: result.rows }
  if (update || !existsSync(lockFile)) {
    writeFileSync(lockFile, `${JSON.stringify(now, undefined, 2)}\n`)
    return []
  }
  return [...vanished(JSON.parse(readFileSync(lockFile, 'utf8')) as DataLock, now)].map(
    (what) => `${what}${reasons(result)}`,
  )
}

function* vanished(before: DataLock, now: DataLock): Generator<string> {
  if (now.traces < before.traces) yield `${before.traces} traces were read before, now ${now.traces}.`
  for (const [format, splits] of Object.entries(before.rows)) {
    for (const [split, rows] of Object.entries(splits)) {
      const left = now.rows[format]?.[split] ?? 0
      if (left < rows) yield `${format}/${split} had ${rows} rows, and has ${left}.`
    }
  }
}

function reasons({ counts }: RunResult): string {
  const [first] = Object.entries(counts.byReason).sort(([, a], [, b]) => b - a)
  return first === undefined ? '' : ` Most drops: ${first[0]} (${first[1]}).`
}
