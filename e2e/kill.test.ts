import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { folderWith, jsonOf, outcomeOf } from './support/folders.ts'
import { ended, sft, startSft } from './support/sft.ts'

const GENERATE = fileURLToPath(new URL('../bench/generate.ts', import.meta.url))
const CONFIG = `
export default {
  input: 'rows',
  format: ['messages', 'preference'],
  plugins: [{
    name: 'pairs',
    version: '1',
    setup: (api) => api.augmentGroup({
      by: (trace) => String(trace.messages.length % 7),
      where: (trace) => trace.messages.length < 40,
      handler: ({ members: [a, b] }, context) => b === undefined ? [] : [context.deriveExample([a.trace, b.trace], { group: a.trace.group,
        kind: 'preference',
        prompt: a.trace.messages.slice(0, 1), chosen: a.trace.messages.slice(1, 2), rejected: b.trace.messages.slice(1, 2),
      })],
    }),
  }],
}
`
const SEED = Number(process.env.SFT_TEST_SEED ?? 20260101)

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

let cwd = ''
let undisturbed: ReturnType<typeof outcomeOf>
let seconds = 0
beforeAll(async () => {
  cwd = folderWith({ 'sft.config.mjs': CONFIG })
  execFileSync(process.execPath, [
    GENERATE,
    '--bytes',
    '36MB',
    '--seed',
    '7',
    '--out',
    join(cwd, 'rows/a.jsonl'),
  ])
  execFileSync(process.execPath, [
    GENERATE,
    '--bytes',
    '3MB',
    '--seed',
    '8',
    '--out',
    join(cwd, 'rows/b.jsonl'),
  ])
  const began = performance.now()
  expect(await sft(['run', '--out', 'whole', '--workers', '2'], { cwd })).toMatchObject({ code: 0 })
  seconds = (performance.now() - began) / 1000
  undisturbed = outcomeOf(join(cwd, 'whole'))
})

it.each(['0', '1', '4'])('writes the same bytes with --workers %s', async (workers) => {
  expect(await sft(['run', '--out', 'other', '--workers', workers], { cwd })).toMatchObject({ code: 0 })
  expect(jsonOf(join(cwd, 'other/stats.json')).workers).toBe(Number(workers))
  expect(outcomeOf(join(cwd, 'other'))).toEqual(undisturbed)
  rmSync(join(cwd, 'other'), { recursive: true })
})

describe(`a run that is killed (seed ${SEED})`, () => {
  const random = randomNumbers(SEED)
  it.each(['0', '2'])(
    'goes on where it was, and writes the same bytes, with --workers %s',
    async (workers) => {
      for (let round = 0; round < 10; round++) {
        const out = join(cwd, `killed-${workers}-${round}`)
        const command = ['run', '--out', out, '--workers', workers]
        const after = 0.1 + random() * seconds * 1.1
        const child = startSft(command, { cwd })
        const stop = setTimeout(() => child.kill('SIGKILL'), after * 1000)
        const { code } = await ended(child)
        clearTimeout(stop)
        const sidecars = finishedTasks(out)
        const again = await sft(command, { cwd })
        const about = { seed: SEED, round, after, workers }
        expect({ ...about, code: again.code, stderr: again.stderr }).toEqual({
          ...about,
          code: 0,
          stderr: '',
        })
        expect({ ...about, ...outcomeOf(out) }).toEqual({ ...about, ...undisturbed })
        const { tasks } = jsonOf(join(out, 'stats.json'))
        if (code === null) expect({ ...about, reused: tasks.reused }).toEqual({ ...about, reused: sidecars })
        rmSync(out, { recursive: true })
      }
    },
  )

  it('goes on where SIGINT stopped it', async () => {
    for (const workers of ['0', '2']) {
      const out = join(cwd, `stopped-${workers}`)
      const command = ['run', '--out', out, '--workers', workers]
      const child = startSft(command, { cwd })
      const seen = ended(child)
      const watch = setInterval(() => {
        if (finishedTasks(out) === 0) return
        clearInterval(watch)
        child.kill('SIGINT')
      }, 5)
      const { code, stderr } = await seen
      expect(code).toBe(130)
      expect(stderr).toContain('[SFT_INTERRUPTED]')
      expect(existsSync(join(out, 'manifest.json'))).toBe(false)
      expect(await sft(command, { cwd })).toMatchObject({ code: 0 })
      expect(jsonOf(join(out, 'stats.json')).tasks.reused).toBeGreaterThan(0)
      expect(outcomeOf(out)).toEqual(undisturbed)
    }
  })
})

/** How many tasks have left their sidecar. */
function finishedTasks(out: string): number {
  try {
    return execFileSync('find', [join(out, '.sft/work'), '-name', '*.json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .split('\n')
      .filter((line) => line !== '').length
  } catch {
    return 0
  }
}
