import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Row } from '@sftkit/core'
import { formats } from '@sftkit/plugin-formats'
import { loaders } from '@sftkit/plugin-loaders'
import { testRun } from '@sftkit/testing'
import { expect, test } from 'vitest'
import { findTraining } from '../../plugin-trainer-hf/test/training.ts'
import { swePairs } from '../src/index.ts'
import { attempt, success } from './attempts.ts'
import { FAILED, RESOLVED, run } from './runs/runs.ts'
import { attempts, suite, withoutAttempts } from './shared.ts'
import { prepareRows } from './trl.ts'

const format = ['messages', 'prompt-completion', 'preference', 'unpaired']

/** The folder of real traces. */
const traces = dirname(dirname(attempts))

type Rows = Readonly<Record<string, readonly Row[]>>

/** What TRL's trainers make of the rows; undefined, with the test skipped, where there is no TRL. */
async function prepared(rows: Rows, skip: (note: string) => void) {
  const found = await findTraining()
  if (!('python' in found)) {
    skip(`no Python with torch and TRL: ${found.reason}`)
    return undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'swe-pairs-trl-'))
  try {
    mkdirSync(join(folder, 'hf'))
    for (const [name, list] of Object.entries(rows)) {
      writeFileSync(join(folder, `${name}.jsonl`), list.map((row) => `${JSON.stringify(row)}\n`).join(''))
    }
    return await prepareRows(found.python, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The rows of each format, no more than TRL prepares in a moment. */
function trainRows(rows: Awaited<ReturnType<typeof testRun>>['rows'], most = 50): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([name, { train = [] }]) => [name, train.slice(0, most)]),
  )
}

test('TRL prepares the rows of attempts and of whole runs, and learns from each', async (context) => {
  const made = await testRun({
    plugins: [swePairs(), ...loaders(), ...formats()],
    rows: [attempt(), success()],
    traces: [run(FAILED, false, { attempt: '1' }), run(RESOLVED, true, { attempt: '2' })],
    format,
  })
  const rows = trainRows(made.rows)
  expect(Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, list.length]))).toEqual({
    messages: 5,
    'prompt-completion': 13,
    preference: 2,
    unpaired: 4,
  })
  const ready = await prepared(rows, (note) => context.skip(note))
  if (ready === undefined) return
  for (const [name, list] of Object.entries(rows)) {
    expect(ready[name]?.map(({ id }) => id)).toEqual(
      list.map(({ metadata }) => (metadata as { id: string }).id),
    )
    for (const { learned } of ready[name] ?? []) {
      expect(learned.length).toBeGreaterThan(0)
      for (const text of learned) expect(text).toMatch(/\S.*<\|im_end\|>\s*$/s)
    }
  }
  const pairTypes = (name: string, type: string) =>
    (rows[name] ?? []).flatMap(({ metadata }, at) =>
      (metadata as { pair_type?: string }).pair_type === type ? [ready[name]?.[at]] : [],
    )
  // Of a failed run, its test's answer and the correction, the correction alone is learned.
  const [ofRuns] = pairTypes('messages', 'reflection').filter((row) => (row?.learned.length ?? 0) > 1)
  expect(ofRuns?.learned.join('')).toContain('the tests pass')
  expect(ofRuns?.learned.join('')).not.toContain('The tax is gone')
  const completed = pairTypes('prompt-completion', 'reflection').flatMap((row) => row?.learned ?? [])
  expect(completed.join('')).toContain('the tests pass')
  expect(completed.join('')).not.toContain('The tax is gone')
  // Calls, and the tools they call, are said as they were made.
  const pair = ready.preference?.find(({ learned }) => learned[0]?.includes('pytest -q'))
  expect(pair?.prompt).toContain('Runs a command.')
  expect(pair?.prompt).toContain('{"command": "cat cart.py"}')
  expect(pair?.learned[1]).toContain("sed -i 's/+ tax/+ 0/' cart.py")
  expect(new Set(ready.unpaired?.map(({ label }) => label))).toEqual(new Set([true, false]))
})

test.skipIf(withoutAttempts)(
  suite('TRL prepares the rows of real runs', withoutAttempts),
  async (context) => {
    const made = await testRun({
      plugins: [swePairs({ runs: { paraphrases: true, maxPerGroup: 1 } }), ...loaders(), ...formats()],
      config: {
        input: [`${traces}/tau-bench`, `${traces}/inspect-ai-log`, `${traces}/swe-attempts`],
        maxUnreadable: 1,
        keep: () => false,
      },
      format,
    })
    const rows = trainRows(made.rows, 30)
    for (const name of format) expect(rows[name]?.length).toBeGreaterThan(1)
    const ready = await prepared(rows, (note) => context.skip(note))
    if (ready === undefined) return
    for (const [name, list] of Object.entries(rows)) {
      expect(ready[name]).toHaveLength(list.length)
      for (const { learned } of ready[name] ?? []) {
        expect(learned.filter((text) => text.trim() !== '').length).toBeGreaterThan(0)
      }
    }
  },
)
