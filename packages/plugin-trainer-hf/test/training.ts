import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { toolRows, writeRows } from './rows.ts'

const run = promisify(execFile)

/** What tests keep from one run of theirs to the next. */
const CACHE = join(tmpdir(), 'sftkit-test-cache')

/** Whether a missing torch is a failure: SFT_REQUIRE names what has to be there. */
const required = (process.env.SFT_REQUIRE ?? '').split(',').some((part) => part.trim() === 'train')

/**
 * The interpreter with torch and TRL: SFT_PYTHON if it has them, else the checkout's own environment, made when first
 * asked for. Or the reason why there is none.
 *
 * @throws where there is none and SFT_REQUIRE asks for it
 */
export async function findTraining(): Promise<{ python: string } | { reason: string }> {
  const given = process.env.SFT_PYTHON
  if (given !== undefined && (await hasTrl(given))) return { python: given }
  try {
    const script = fileURLToPath(new URL('../../../scripts/python-env.mjs', import.meta.url))
    return { python: (await run(process.execPath, [script, 'train'])).stdout.trim() }
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    const reason = (stderr?.trim().split('\n').at(-1) || message).trim()
    if (required) throw new Error(`SFT_REQUIRE asks for torch and TRL. ${reason}`)
    return { reason }
  }
}

/** Without importing them, which takes seconds. */
async function hasTrl(python: string): Promise<boolean> {
  const ask = 'import importlib.util as u, sys; sys.exit(not (u.find_spec("torch") and u.find_spec("trl")))'
  return run(python, ['-c', ask]).then(
    () => true,
    () => false,
  )
}

/** A folder with a tiny model and the rows that it can learn, and the environment that trains it. */
export interface Workplace {
  readonly folder: string
  readonly model: string
  readonly rows: string
  /** A folder to train into. */
  out(name: string): string
  remove(): void
}

/** Variables of a training on a machine that others use as well: one thread, no network, no cache of a person's. */
export function trainingEnv(python: string, folder: string): Record<string, string> {
  return {
    SFT_PYTHON: python,
    SFT_CACHE_DIR: CACHE,
    OMP_NUM_THREADS: '1',
    HF_HUB_OFFLINE: '1',
    HF_HOME: join(folder, 'hf'),
    PYTHONDONTWRITEBYTECODE: '1',
  }
}

/** Makes the tiny model. The process's environment is that of a training until it is removed. */
export async function openWorkplace(python: string): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-train-'))
  const before = { ...process.env }
  Object.assign(process.env, trainingEnv(python, folder))
  const rows = writeRows(join(folder, 'rows.jsonl'), toolRows())
  const model = join(folder, 'tiny')
  cpSync(await tinyModel(rows), model, { recursive: true })
  return {
    folder,
    model,
    rows,
    out: (name) => join(folder, name),
    remove() {
      process.env = before
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The tiny model of the usual rows: the same bytes each time, so it is made once and kept for all files of tests. */
async function tinyModel(rows: string): Promise<string> {
  const script = fileURLToPath(new URL('python/tiny_model.py', import.meta.url))
  const packages = readFileSync(new URL('../python/requirements.txt', import.meta.url), 'utf8')
  const madeFrom = [
    readFileSync(script, 'utf8'),
    readFileSync(rows, 'utf8'),
    packages,
    process.env.SFT_PYTHON,
  ]
  const kept = join(CACHE, `tiny-${hash('sha256', JSON.stringify(madeFrom)).slice(0, 16)}`)
  if (existsSync(kept)) return kept
  mkdirSync(CACHE, { recursive: true })
  const partial = `${kept}.${process.pid}`
  await runPython('tiny_model.py', [partial, rows])
  try {
    renameSync(partial, kept)
  } catch {
    // Another file of tests was faster.
    rmSync(partial, { recursive: true, force: true })
  }
  return kept
}

/** Runs one of the tests' own scripts. @throws with its last lines */
export async function runPython(script: string, args: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL(`python/${script}`, import.meta.url))
  try {
    const { stdout } = await run(process.env.SFT_PYTHON ?? 'python3', [file, ...args], { maxBuffer: 1 << 26 })
    return stdout
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new Error(stderr?.split('\n').slice(-30).join('\n') ?? String(error))
  }
}

/** Has trained models looked at from outside: see judge.py. */
export async function judge(folder: string, tasks: readonly Record<string, unknown>[]): Promise<unknown[]> {
  const [asked, answered] = [join(folder, 'tasks.json'), join(folder, 'answers.json')]
  writeFileSync(asked, JSON.stringify(tasks))
  await runPython('judge.py', [asked, answered])
  return JSON.parse(readFileSync(answered, 'utf8')) as unknown[]
}

/** The events of a training, in their order. */
export function events(out: string, folder = 'model'): Record<string, unknown>[] {
  const lines = readFileSync(join(out, folder, 'events.jsonl'), 'utf8').split('\n')
  return lines.filter(isWhole).map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** A worker that was killed while it wrote leaves half a line. */
function isWhole(line: string): boolean {
  return line.endsWith('}')
}

/** Waits until the worker has written an event of a kind that was not there before. */
export async function eventOf(
  out: string,
  type: string,
  since = 0,
): Promise<Record<string, unknown> | undefined> {
  for (let waited = 0; waited < 900_000; waited += 50) {
    try {
      const found = events(out)
        .slice(since)
        .find((event) => event.type === type)
      if (found !== undefined) return found
    } catch {
      // Not there yet, or half a line.
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return undefined
}
