import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionLine } from '../generator/session.ts'
import { findPython } from '../harness/python.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const baselines = join(root, 'bench/baselines')
const python = findPython(root)
const golden = join(root, '../shared/golden/tag-session.jsonl')
const skipped = (missing: string | undefined, name: string) =>
  missing === undefined ? name : `${name} (skipped: ${missing})`

const noPython = python === undefined ? 'there is no Python' : undefined
const noDatasets = noPython ?? (python?.datasets ? undefined : 'Hugging Face datasets is not installed')
const noGolden = noPython ?? (existsSync(golden) ? undefined : 'the golden vectors are not there')

type Row = Record<string, unknown>
const rowsOf = (file: string): Row[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)

let folder: string
let sessions: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-baselines-'))
  sessions = join(folder, 'sessions.jsonl')
  writeFileSync(sessions, Array.from({ length: 24 }, (_, index) => `${sessionLine(7, index)}\n`).join(''))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function runPython(script: string, ...args: string[]): string {
  const env = { ...process.env, HF_HOME: join(folder, 'home'), HF_HUB_OFFLINE: '1' }
  return execFileSync(python!.path, [script, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

describe('the generator', () => {
  it('gives the same line for the same seed and another for another', () => {
    expect(sessionLine(1, 3)).toBe(sessionLine(1, 3))
    expect(sessionLine(1, 3)).not.toBe(sessionLine(2, 3))
  })

  it.skipIf(noPython)(skipped(noPython, 'writes what a Python writer would, byte for byte'), () => {
    const script =
      'import json,sys\nfor l in open(sys.argv[1]):\n r=json.loads(l)\n assert json.dumps(r)+"\\n"==l\n for c in ("messages","events","tools"): assert json.dumps(json.loads(r[c]))==r[c]'
    expect(execFileSync(python!.path, ['-c', script, sessions], { encoding: 'utf8' })).toBe('')
  })
})

describe('the baselines', () => {
  it.skipIf(noGolden)(skipped(noGolden, 'tag by the rules of the reference'), () => {
    expect(runPython(join(root, 'bench/test/compare_tags.py'), golden)).toBe('')
  })

  it.skipIf(noDatasets)(skipped(noDatasets, 'write equal rows'), () => {
    const [loop, hf] = [join(folder, 'loop.jsonl'), join(folder, 'hf.jsonl')]
    runPython(join(baselines, 'python_loop.py'), sessions, loop)
    runPython(join(baselines, 'hf_datasets.py'), sessions, hf, join(folder, 'cache'))
    expect(rowsOf(loop)).toHaveLength(24)
    expect(rowsOf(hf)).toEqual(rowsOf(loop))
  })

  it('keep every row in order at the floor', () => {
    execFileSync(process.execPath, [join(baselines, 'floor.mjs'), sessions, join(folder, 'floor')])
    const rows = [0, 1].flatMap((at) => rowsOf(join(folder, `floor-${at}.jsonl`)))
    const expected = rowsOf(sessions).map((row) => {
      const column = (name: string) => JSON.parse(String(row[name])) as unknown
      return { ...row, messages: column('messages'), events: column('events'), tools: column('tools') }
    })
    expect(rows).toEqual(expected)
  })
})
