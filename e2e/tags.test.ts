import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { testRun } from '@sftkit/testing'
import { loaders, type RuleName, type Trace, tagger } from 'sftkit'
import { describe, expect, it } from 'vitest'
import { ownSeeds } from '../packages/plugin-loaders/fuzz/seeds/all.ts'

const TRACES = fileURLToPath(new URL('../../shared/traces', import.meta.url))
const there = existsSync(TRACES)

/** The tags of these come from the event log, which the tagger's own tests read, or stand in the input already. */
const LOGGED = new Set(['ml-intern', 'canonical'])

const ENDS: Readonly<Record<RuleName, Readonly<Record<Trace['outcome']['status'], string>>>> = {
  'ml-intern': {
    completed: 'completed',
    errored: 'errored',
    limit: 'interrupted',
    cancelled: 'interrupted',
    unknown: 'ongoing',
  },
  precise: {
    completed: 'completed',
    errored: 'errored',
    limit: 'limit',
    cancelled: 'interrupted',
    unknown: 'unknown',
  },
}
const BESIDE = new Set(['outcome:doom_loop', 'outcome:context_exceeded'])

/** What a trace's tags say of its tools and its end that the trace does not, or the other way round. */
function contradictions({ messages, outcome, tags, source }: Trace, rules: RuleName): string[] {
  const called = new Set(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ name }) => name)))
  called.delete('')
  const expected = [`outcome:${ENDS[rules][outcome.status]}`, ...[...called].map((name) => `tool:${name}`)]
  const said = tags.filter((tag) => /^(?:outcome|tool):/.test(tag) && !BESIDE.has(tag))
  const wrong = [
    ...said.filter((tag) => !expected.includes(tag)),
    ...expected.filter((tag) => !said.includes(tag)),
  ]
  return wrong.map((tag) => `${source.format}: ${tag}`)
}

async function tagged(rules: RuleName, input: Pick<Parameters<typeof testRun>[0], 'files' | 'config'>) {
  const { traces } = await testRun({
    plugins: [...loaders(), tagger({ rules })],
    until: 'tag',
    ...input,
    config: { maxUnreadable: 1, ...input.config },
  })
  return traces.filter(({ source }) => !LOGGED.has(source.format))
}

describe.each(['ml-intern', 'precise'] as const)('tags of every format, rules %s', (rules) => {
  it('name every tool that was called, and the outcome of the trace', async () => {
    const files = Object.fromEntries(
      ownSeeds().flatMap((seed, at) =>
        Object.entries(seed.files).map(([path, bytes]) => [`${at}/${path}`, bytes] as const),
      ),
    )
    const traces = await tagged(rules, { files })
    const formats = new Set(traces.map(({ source }) => source.format))
    expect([...formats]).toEqual(
      expect.arrayContaining(['inspect', 'codex', 'openhands', 'pi', 'claude-code']),
    )
    expect(formats.size).toBeGreaterThan(30)
    expect(traces.flatMap((trace) => contradictions(trace, rules))).toEqual([])
  })

  it.skipIf(!there)(
    there ? 'agree with real traces' : 'agree with real traces (skipped: the shared traces are not here)',
    async () => {
      const traces = await tagged(rules, { config: { input: [TRACES] } })
      expect(traces.length).toBeGreaterThan(1000)
      expect(traces.flatMap((trace) => contradictions(trace, rules))).toEqual([])
    },
  )
})
