import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ScriptedLlm, scriptedLlm } from '@sftkit/testing'
import { describe, expect, it } from 'vitest'
import { folderWith, outcomeOf } from './support/folders.ts'
import { attemptLine } from './support/rows.ts'
import { ended, sft, startSft } from './support/sft.ts'

const TRACES = 600
const KILLS = 20
/** Few, so that a run which kept nothing would ask far more than was in flight. */
const IN_FLIGHT = 8
const PRICE = { input: 10, output: 30 }

/** A judge of every trace, whose verdict becomes a tag, and hints from every group. */
const config = (url: string, more = ''): string => `
const ask = (llm, text) => llm.ask({
  model: 'scripted', maxTokens: 60, messages: [{ role: 'user', content: text }],
  schema: { name: 'verdict', schema: { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false } },
  settings: { baseURL: ${JSON.stringify(url)}, maxInFlight: ${IN_FLIGHT}, timeoutMs: 20_000, prices: { scripted: ${JSON.stringify(PRICE)} } ${more} },
})
export default { split: { ratios: { train: 1 } }, plugins: [{
  name: 'judge', version: '1',
  setup(api) {
    api.tag(async (traces, { llm, tag }) => {
      await Promise.all(traces.map(async (trace) => {
        const answer = await ask(llm, 'judge ' + trace.group.task + ' ' + trace.group.attempt)
        tag(trace, 'verdict:' + (answer.ok ? answer.value.answer.slice(-8) : answer.failure))
      }))
    })
    api.augmentGroup({ async handler({ key, members }, { llm, deriveExample }) {
      const answer = await ask(llm, 'hints for ' + key)
      if (!answer.ok) return []
      return [deriveExample(members[0].trace, { kind: 'chat', messages: [{ role: 'user', content: 'q' }, { role: 'assistant', content: answer.text }] })]
    } })
  },
}] }
`
const rows = (count: number): string =>
  Array.from({ length: count }, (_, n) => `${attemptLine(`t${n % 50}`, `a${n}`)}\n`).join('')

describe('asking a model in a run that is killed', () => {
  it('pays for no answer twice, keeps its budget, and writes the same bytes', async () => {
    await using server = await scriptedLlm({ latencyMs: 40, faults: { malformed: 0.02 } })
    const cwd = folderWith({ 'in/rows.jsonl': rows(TRACES), 'sft.config.mjs': config(server.url) })
    const calm = { cwd, env: { SFT_CACHE_DIR: join(cwd, 'calm') } }
    expect(await sft(['run', 'in', '--out', 'whole', '--workers', '0'], calm)).toMatchObject({ code: 0 })
    const needed = server.calls.length
    expect(needed).toBeGreaterThanOrEqual(TRACES + 50)
    expect(server.paid().twice).toBe(0)

    let kills = 0
    for (; kills < KILLS; kills++) {
      const child = startSft(['run', 'in', '--out', 'out', '--workers', kills % 2 === 0 ? '0' : '2'], {
        cwd,
        env: { SFT_CACHE_DIR: join(cwd, 'killed') },
      })
      const end = ended(child)
      // Some time after its first call, or while it starts.
      const calls = server.calls.length + Math.floor(Math.random() * 45)
      while (server.calls.length < calls && child.exitCode === null) await pause(5)
      await pause(Math.random() * 30)
      const answered = child.exitCode !== null
      child.kill('SIGKILL')
      await end
      while (server.inFlight > 0) await pause(5)
      if (answered) break
    }
    expect(kills).toBeGreaterThan(10)
    const last = await sft(['run', 'in', '--out', 'out', '--workers', '0'], {
      cwd,
      env: { SFT_CACHE_DIR: join(cwd, 'killed') },
    })
    expect(last).toMatchObject({ code: 0 })
    // In flight is also what the server has answered and the process that was killed has not kept yet.
    expect(server.calls.length - needed).toBeLessThanOrEqual(needed + kills * IN_FLIGHT)
    expect(outcomeOf(join(cwd, 'out'))).toEqual(outcomeOf(join(cwd, 'whole')))

    const before = server.calls.length
    const again = { cwd, env: { SFT_CACHE_DIR: join(cwd, 'killed') } }
    change(cwd, rows(TRACES + 1), config(server.url, ', maxRpm: 5000'))
    expect(await sft(['run', 'in', '--out', 'out', '--workers', '0'], again)).toMatchObject({ code: 0 })
    // One attempt more: its verdict is new, its group's question is the same.
    expect(server.calls.length - before).toBe(1)
  })

  it('finds its batches again, and pays for none of their answers twice', async () => {
    await using server = await scriptedLlm({ batches: { polls: 3 } })
    const cwd = folderWith({
      'in/rows.jsonl': rows(120),
      'sft.config.mjs': config(server.url, ", mode: 'batch'"),
    })
    const command = ['run', 'in', '--workers', '0']
    const options = { cwd, env: { SFT_CACHE_DIR: join(cwd, 'cache') } }
    for (let kill = 0; kill < 8; kill++) {
      const child = startSft(command, options)
      const end = ended(child)
      // The start, the second in which questions are collected, and the batch all take their time.
      await pause(1200 + Math.random() * 1200)
      child.kill('SIGKILL')
      await end
    }
    expect(await sft(command, options)).toMatchObject({ code: 0 })
    expect(server.calls).toHaveLength(0)
    expect(server.paid()).toMatchObject({ answers: 120 + 50, twice: 0 })
  })

  it('never spends more than its budget, and goes on with a higher one', async () => {
    await using server = await scriptedLlm({
      latencyMs: 30,
      faults: { limited: 0.05, failed: 0.05, hanging: 0.01, malformed: 0.02 },
    })
    const cwd = folderWith({ 'in/rows.jsonl': rows(200) })
    const env = { SFT_CACHE_DIR: join(cwd, 'cache') }
    const spent: number[] = []
    for (const budget of [0.05, 0.1]) {
      change(cwd, rows(200), config(server.url, `, timeoutMs: 1500, budgetUsd: ${budget}`))
      for (let kill = 0; kill < 4; kill++) {
        const child = startSft(['run', 'in', '--out', 'out', '--workers', '0'], { cwd, env })
        const end = ended(child)
        await pause(400 + Math.random() * 300)
        child.kill('SIGKILL')
        await end
        expect(dollars(server)).toBeLessThanOrEqual(budget)
      }
      const { code, stderr } = await sft(['run', 'in', '--out', 'out', '--workers', '0'], { cwd, env })
      expect(code).toBe(1)
      expect(stderr).toContain('SFT_LLM_BUDGET')
      expect(dollars(server)).toBeLessThanOrEqual(budget)
      spent.push(dollars(server))
    }
    expect(spent[1]).toBeGreaterThan(spent[0] ?? 0)
    change(cwd, rows(200), config(server.url, ', timeoutMs: 1500, budgetUsd: 50'))
    expect(await sft(['run', 'in', '--out', 'out', '--workers', '0'], { cwd, env })).toMatchObject({
      code: 0,
    })
  })
})

function change(cwd: string, lines: string, text: string): void {
  writeFileSync(join(cwd, 'in/rows.jsonl'), lines)
  writeFileSync(join(cwd, 'sft.config.mjs'), text)
}

/** What the server has charged. */
function dollars(server: ScriptedLlm): number {
  const { inputTokens, outputTokens } = server.paid()
  return (inputTokens * PRICE.input + outputTokens * PRICE.output) / 1e6
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
