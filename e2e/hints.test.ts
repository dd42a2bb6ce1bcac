import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { scriptedLlm } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { folderWith, outcomeOf } from './support/folders.ts'
import { ended, sft, startSft } from './support/sft.ts'

const TRIALS = 30
const EPISODES = 4
const IN_FLIGHT = 8

const rows = Array.from({ length: TRIALS * EPISODES }, (_, n) => ({
  trial_name: `trial-${n % TRIALS}`,
  episode: `episode-${Math.floor(n / TRIALS)}`,
  conversations: [
    { role: 'user', content: `Task: Count herd ${n % TRIALS}.` },
    { role: 'assistant', content: `I counted ${n} sheep.` },
  ],
  result: n % 3 === 0 ? 1 : 0,
}))

const answer = ({ messages }: { messages: readonly { content: string }[] }) => {
  const number = /counted (\d+)/.exec(messages.at(-1)?.content ?? '')?.[1]
  return JSON.stringify({
    succeeded: false,
    tools: [],
    strategies: [`Walk around gate_${number}`],
    pitfalls: [`Don't trust dog_${number}`],
    success_criteria: ['A number'],
  })
}

const config = (url: string, options = '') =>
  `import { hints } from 'sftkit'
export default { plugins: [hints({ baseURL: '${url}', maxRpm: 100_000, batchSize: ${IN_FLIGHT}, ${options} })], input: 'rows.jsonl' }`

/** Everything under `tasks`, by path. */
function tasksOf(out: string): Record<string, string> {
  const files = globSync('tasks/**/*', { cwd: out }).filter((path) => statSync(join(out, path)).isFile())
  return Object.fromEntries(files.sort().map((path) => [path, readFileSync(join(out, path), 'utf8')]))
}

describe('hints through the command', () => {
  it.each(['0', '2'])(
    'go on after kills without paying twice, and write the same bytes, with --workers %s',
    async (workers) => {
      await using server = await scriptedLlm({ answer, latencyMs: 60 })
      const cwd = folderWith({
        'rows.jsonl': rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
        'sft.config.ts': config(server.url),
      })
      const env = { OPENAI_API_KEY: 'none' }
      const argv = ['run', '--workers', workers, '--out']
      let lost = 0
      for (const calls of [5, 30, 60, 90]) {
        const child = startSft([...argv, 'killed'], {
          cwd,
          env: { ...env, SFT_CACHE_DIR: join(cwd, 'cache') },
        })
        while (server.calls.length < calls && child.exitCode === null) await sleep(5)
        expect(child.exitCode).toBe(null)
        // Answers that have left the server and not been kept yet are in flight too.
        lost += IN_FLIGHT
        child.kill('SIGKILL')
        await ended(child)
      }
      const last = await sft([...argv, 'killed'], { cwd, env: { ...env, SFT_CACHE_DIR: join(cwd, 'cache') } })
      expect(last).toMatchObject({ code: 0 })
      expect(server.calls.length).toBeLessThanOrEqual(rows.length + lost)

      const whole = await sft([...argv, 'whole'], { cwd, env: { ...env, SFT_CACHE_DIR: join(cwd, 'other') } })
      expect(whole).toMatchObject({ code: 0 })
      expect(outcomeOf(join(cwd, 'killed'))).toEqual(outcomeOf(join(cwd, 'whole')))
      const tasks = tasksOf(join(cwd, 'whole'))
      expect(Object.keys(tasks)).toHaveLength(4 * TRIALS)
      expect(tasksOf(join(cwd, 'killed'))).toEqual(tasks)
    },
  )

  it('end in an answer or a recorded failure for every episode of a bad server', async () => {
    const faults = { limited: 0.05, failed: 0.05, hanging: 0.02, malformed: 0.02 }
    await using server = await scriptedLlm({ answer, faults, retryAfter: 0 })
    const cwd = folderWith({
      'rows.jsonl': rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
      'sft.config.ts': config(server.url, 'timeoutMs: 3000,'),
    })
    const env = { OPENAI_API_KEY: 'none', SFT_CACHE_DIR: join(cwd, 'cache') }
    expect(await sft(['run'], { cwd, env })).toMatchObject({ code: 0 })
    const tasks = globSync('sft-out/dataset/harbor-tasks/*.jsonl', { cwd }).flatMap((file) =>
      readFileSync(join(cwd, file), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { metadata: { hints: Record<string, string[]> } }),
    )
    const unanswered = tasks.flatMap(({ metadata }) => metadata.hints.unanswered ?? [])
    const losses = readFileSync(join(cwd, 'sft-out/losses.jsonl'), 'utf8')
    expect(losses.split('"field":"hints"').length - 1).toBe(unanswered.length)
    expect(server.paid().twice).toBe(0)
    const before = server.calls.length
    expect(await sft(['run', '--set', 'split.seed=7'], { cwd, env })).toMatchObject({ code: 0 })
    // What could not be answered is asked again, nothing else.
    expect(server.calls.length - before).toBeLessThanOrEqual(4 * unanswered.length)
  })
})
