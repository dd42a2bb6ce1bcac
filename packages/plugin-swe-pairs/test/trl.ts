import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a row teaches, as a trainer prepared it. */
export interface Prepared {
  readonly id: string
  readonly prompt?: string
  /** The stretches that are learned; of a preference row the chosen and the rejected text. */
  readonly learned: readonly string[]
  readonly label?: boolean
}

/** Has TRL's trainers prepare the rows in a folder, one file for each format; fails with Python's last lines. */
export async function prepareRows(
  python: string,
  folder: string,
): Promise<Readonly<Record<string, readonly Prepared[]>>> {
  const script = fileURLToPath(new URL('python/prepare_rows.py', import.meta.url))
  const env = {
    ...process.env,
    HF_HUB_OFFLINE: '1',
    HF_HOME: join(folder, 'hf'),
    PYTHONDONTWRITEBYTECODE: '1',
  }
  try {
    await run(python, [script, folder], { env, maxBuffer: 1 << 26 })
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new Error(stderr?.split('\n').slice(-40).join('\n') ?? String(error))
  }
  return JSON.parse(readFileSync(join(folder, 'prepared.json'), 'utf8'))
}
