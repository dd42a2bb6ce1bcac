import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ScriptedLlm, scriptedLlm } from '@sftkit/testing'
import { type LlmProjection, run } from 'sftkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { folderWith } from './support/folders.ts'
import { attemptLine } from './support/rows.ts'
import { sft } from './support/sft.ts'
import { sftAtTerminal } from './support/terminal.ts'

const TRACES = 40
const GROUPS = 10
const LIMIT = 100_000

/** One question for each trace, and one for each task; the last trace asks what the first one asks. */
const config = ({ url }: ScriptedLlm, confirmAbove: string): string => `
import { llm } from 'sftkit'
const ask = (llm, content) => llm.ask({ model: 'scripted', maxTokens: 80, messages: [{ role: 'user', content }] })
const asker = {
  name: 'asker', version: '1',
  setup(api) {
    api.tag(async (traces, { llm, tag }) => {
      await Promise.all(traces.map(async (trace) => {
        const answer = await ask(llm, 'judge ' + trace.group.attempt.replace('a${TRACES - 1}', 'a0'))
        tag(trace, answer.ok ? 'said:yes' : 'said:' + answer.failure)
      }))
    })
    api.augmentGroup({
      async handler({ key }, { llm }) {
        await ask(llm, 'task ' + key)
        return []
      },
    })
  },
}
export default {
  plugins: [asker, llm({
    baseURL: '${url}', maxRpm: ${LIMIT}, confirmAbove: ${confirmAbove},
    prices: { scripted: { input: 1, output: 1 } },
  })],
}
`
const rows = (count: number): string =>
  Array.from({ length: count }, (_, n) => `${attemptLine(`t${n % GROUPS}`, `a${n}`)}\n`).join('')

function project(server: ScriptedLlm, confirmAbove = '{ usd: 0 }') {
  const cwd = folderWith({ 'in/rows.jsonl': rows(TRACES), 'sft.config.mjs': config(server, confirmAbove) })
  return { cwd, env: { SFT_CACHE_DIR: join(cwd, 'cache') } }
}

function projectionsIn(stdout: string): LlmProjection[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LlmProjection & { type: string })
    .filter(({ type }) => type === 'projection')
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('what questions will take', () => {
  it('is reckoned for each phase before it is paid, exactly, without what is answered already', async () => {
    await using server = await scriptedLlm()
    const at = project(server)
    for (const workers of ['0', '2']) {
      const { code, stdout } = await sft(['run', 'in', '--out', workers, '--json', '--workers', workers], {
        ...at,
        env: { SFT_CACHE_DIR: join(at.cwd, workers) },
      })
      expect(code).toBe(0)
      const [traces, groups, ...more] = projectionsIn(stdout)
      expect(more).toEqual([])
      expect(traces).toMatchObject({
        questions: TRACES - 1,
        answered: 0,
        requestLimit: LIMIT,
        sampled: false,
      })
      expect(groups).toMatchObject({ questions: GROUPS, answered: 0, large: true })
      expect(traces?.usd?.least).toBeLessThan(traces?.usd?.most ?? 0)
      expect(server.calls).toHaveLength((TRACES - 1 + GROUPS) * (workers === '0' ? 1 : 2))
    }
    const same = { ...at, env: { SFT_CACHE_DIR: join(at.cwd, '0') } }
    const again = await sft(['run', 'in', '--json', '--out', 'again'], same)
    expect(projectionsIn(again.stdout)).toEqual([])
    writeFileSync(join(at.cwd, 'in/rows.jsonl'), rows(TRACES + 2))
    const more = await sft(['run', 'in', '--json', '--out', 'more'], same)
    expect(projectionsIn(more.stdout)).toMatchObject([{ questions: 2, answered: TRACES - 1 }])
  })

  it('is said by a dry run, which asks nothing and counts what is answered as such', async () => {
    await using server = await scriptedLlm()
    const at = project(server)
    const { code, stdout, stderr } = await sft(['run', 'in', '--dry-run'], at)
    expect(code).toBe(0)
    expect(server.calls).toHaveLength(0)
    expect(stdout).toContain(`Models would be asked: ${TRACES - 1 + GROUPS} questions, about `)
    expect(stderr).not.toContain('losses.jsonl')
    await sft(['run', 'in', '--until', 'tag'], at)
    const later = await sft(['run', 'in', '--dry-run', '--json'], at)
    const done = JSON.parse(later.stdout.trim().split('\n').at(-1) ?? '') as { questions: LlmProjection }
    expect(done.questions).toMatchObject({ questions: GROUPS, answered: TRACES - 1 })
  })

  it('holds what it then costs', async () => {
    await using server = await scriptedLlm({ answer: () => 'word '.repeat(40) })
    const { stdout } = await sft(['run', 'in', '--json', '--until', 'tag'], project(server))
    const [projection] = projectionsIn(stdout)
    const { inputTokens, outputTokens } = server.paid()
    const usd = (inputTokens + outputTokens) / 1e6
    expect(projection?.usd?.most).toBeGreaterThanOrEqual(usd)
    expect(projection?.usd?.least).toBeLessThanOrEqual(usd)
  })

  it('is said in one line where nobody can be asked, and the run goes on', async () => {
    await using server = await scriptedLlm()
    const { code, stderr } = await sft(['run', 'in', '--until', 'tag'], project(server))
    expect(code).toBe(0)
    expect(stderr.split('\n').filter((line) => line.startsWith(`${TRACES - 1} questions`))).toHaveLength(1)
  })

  it('covers the traces that a limited run takes', async () => {
    await using server = await scriptedLlm()
    const { stdout } = await sft(['run', 'in', '--json', '--until', 'tag', '--limit', '5'], project(server))
    expect(projectionsIn(stdout)).toMatchObject([{ questions: 5, sampled: false }])
    expect(server.calls).toHaveLength(5)
  })
})

describe('prices that nobody gave', () => {
  const at = (model: string, words: number, more = '') =>
    folderWith({
      'in/rows.jsonl': rows(1),
      'sft.config.mjs': `export default { input: 'in', output: { dir: 'out' }, plugins: [{
        name: 'asker', version: '1',
        setup: (api) => api.tag(async (traces, { llm }) => {
          await llm.ask({
            model: '${model}', maxTokens: 1000, messages: [{ role: 'user', content: 'word '.repeat(${words}) }],
            settings: { baseURL: 'https://api.openai.com/v1' ${more} },
          })
        }),
      }] }`,
    })

  /** What is reckoned for one question to OpenAI, which is not sent. */
  async function projected(model: string, words: number): Promise<LlmProjection | undefined> {
    const cwd = at(model, words)
    vi.stubEnv('SFT_CACHE_DIR', join(cwd, 'cache'))
    vi.stubEnv('OPENAI_API_KEY', 'no-key')
    let projection: LlmProjection | undefined
    const onProjection = (given: LlmProjection): boolean => {
      projection = given
      return false
    }
    const declined = run(join(cwd, 'sft.config.mjs'), { until: 'tag', onProjection })
    await expect(declined).rejects.toMatchObject({ code: 'SFT_LLM_DECLINED' })
    return projection
  }

  it('are those of the table, with the date at which they were seen', async () => {
    const projection = await projected('gpt-4o-mini-2024-07-18', 3000)
    expect(projection?.pricesSeen).toMatch(/^20\d\d-\d\d/)
    // 15,000 bytes are 5,000 tokens at most, at 15 cents a million; 1,000 of the answer cost 60 cents a million.
    expect(projection?.usd?.most).toBeCloseTo(0.00135, 4)
  })

  it('are higher for very long prompts, where those cost more', async () => {
    const short = await projected('gpt-5.4', 50_000)
    const long = await projected('gpt-5.4', 100_000)
    expect((long?.usd?.least ?? 0) / (short?.usd?.least ?? 1)).toBeGreaterThan(3.5)
  })

  it('end a run with a budget where the table has none either', async () => {
    const cwd = at('no-such-model', 1, ', budgetUsd: 1')
    const env = { SFT_CACHE_DIR: join(cwd, 'cache'), OPENAI_API_KEY: 'no-key' }
    const { code, stderr } = await sft(['run', '--until', 'tag'], { cwd, env })
    expect(stderr).toContain('[SFT_LLM_PRICE]')
    expect(code).toBe(2)
  })
})

describe('a person at a terminal', () => {
  const cue = 'Go on? [y/N]'

  it('is asked where it is much, and nothing is spent after a no', async () => {
    await using server = await scriptedLlm()
    const at = project(server)
    for (const reply of ['n\n', '\n', '\u0003']) {
      const { code, shown } = await sftAtTerminal(['run', 'in', '--until', 'tag'], { cue, reply }, at)
      expect(shown).toContain('[SFT_LLM_DECLINED]')
      expect(code).toBe(130)
    }
    expect(server.calls).toHaveLength(0)
    const agreed = await sftAtTerminal(['run', 'in', '--until', 'tag'], { cue, reply: 'y\n' }, at)
    expect(agreed).toMatchObject({ code: 0, shown: expect.stringContaining(cue) })
    expect(server.calls).toHaveLength(TRACES - 1)
  })

  it.each([
    ['with --yes', ['--yes'], '{ usd: 0 }'],
    ['where it is little', [], '{}'],
    ['where the config says so', [], 'false'],
  ])('is not asked %s', async (_, flags, confirmAbove) => {
    await using server = await scriptedLlm()
    const at = project(server, confirmAbove)
    const { code, shown } = await sftAtTerminal(
      ['run', 'in', '--until', 'tag', ...flags],
      { cue, reply: 'n\n' },
      at,
    )
    expect(code).toBe(0)
    expect(shown).not.toContain(cue)
    expect(server.calls).toHaveLength(TRACES - 1)
  })
})
