import { isSftError, type PluginApi, type ResolvedConfig, type SplitHandler } from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { split, splitOfGroup } from '../src/index.ts'
import { measureSignature } from '../src/near/measure.ts'
import { planSplit } from '../src/split/plan.ts'
import { configOf, contextOf, type Entry, indexOf } from './fake-index.ts'

const ratios = { train: 0.8, validation: 0.1, test: 0.1 }

function planOf(entries: readonly Entry[], config: ResolvedConfig) {
  return planSplit({ ...contextOf(config), index: indexOf(entries) })
}

function counts(assign: Iterable<string>): Record<string, number> {
  const result: Record<string, number> = {}
  for (const name of assign) result[name] = (result[name] ?? 0) + 1
  return result
}

describe('by group', () => {
  it('puts a group where it has always been: a changed value would move rows of everyone', () => {
    const groups = Array.from({ length: 20 }, (_, number) => `task-${number}`)
    expect(groups.map((group) => splitOfGroup(group, ratios, 42)).join(' ')).toBe(
      'validation train train train validation train train train train test train train train train validation train validation train train train',
    )
  })

  it('keeps the ratios over many groups', () => {
    const groups = Array.from({ length: 20_000 }, (_, number) => `group ${number}`)
    const found = counts(groups.map((group) => splitOfGroup(group, ratios, 1)))
    expect(found.train).toBeGreaterThan(15_700)
    expect(found.train).toBeLessThan(16_300)
    expect(found.test).toBeGreaterThan(1_850)
    expect(found.test).toBeLessThan(2_150)
  })

  it('gives nothing to a ratio of 0, and everything to a ratio of 1', () => {
    const groups = Array.from({ length: 500 }, (_, number) => `${number}`)
    expect(counts(groups.map((group) => splitOfGroup(group, { a: 0, b: 1, c: 0 }, 3)))).toEqual({ b: 500 })
  })

  it('is claimed while rows are read, and not planned', () => {
    expect(planOf([{ id: 'a' }], configOf())).toBeUndefined()
    const handlers: SplitHandler[] = []
    const nothing = () => {}
    const api = {
      configResolved: nothing,
      measure: nothing,
      split: (handler: SplitHandler) => handlers.push(handler),
    }
    split().setup(api as unknown as PluginApi)
    const pure = handlers.find((handler) => 'ofGroup' in handler)
    expect(pure?.when?.(configOf())).toBe(true)
    expect(pure?.when?.(configOf({ nearDuplicates: true }))).toBe(false)
    expect(pure?.when?.(configOf({ by: 'temporal' }))).toBe(false)
    expect(pure?.ofGroup('task-0', configOf())).toBe(splitOfGroup('task-0', ratios, 42))
  })
})

describe('at random', () => {
  it('goes by example, whatever the group, and ignores the order', () => {
    const entries = Array.from({ length: 400 }, (_, number): Entry => ({ id: `e${number}`, group: 'one' }))
    const plan = planOf(entries, configOf({ by: 'random' }))
    expect(plan?.by).toBe('example')
    expect(Object.keys(counts(plan?.assign.values() ?? [])).sort()).toEqual(['test', 'train', 'validation'])
    const reversed = planOf(entries.toReversed(), configOf({ by: 'random' }))
    expect(new Map([...(reversed?.assign ?? [])].sort())).toEqual(new Map([...(plan?.assign ?? [])].sort()))
  })
})

describe('stratified', () => {
  const config = configOf({ by: 'stratified', stratify: 'outcome' })
  const entries = Array.from({ length: 100 }, (_, number): Entry => {
    const outcome = number < 20 ? 'errored' : 'completed'
    return { id: `e${number}`, tags: ['model:opus', `outcome:${outcome}`] }
  })

  it('gives every value its ratios', () => {
    const assign = planOf(entries, config)?.assign ?? new Map<string, string>()
    const of = (from: number, to: number) =>
      counts(entries.slice(from, to).map(({ id }) => assign.get(id) ?? ''))
    expect(of(0, 20)).toEqual({ train: 16, validation: 2, test: 2 })
    expect(of(20, 100)).toEqual({ train: 64, validation: 8, test: 8 })
  })

  it('keeps the whole near the ratios where the strata are too small for them', () => {
    const small = entries.map(
      (entry, number): Entry => ({ ...entry, tags: [`outcome:kind${Math.floor(number / 2)}`] }),
    )
    expect(counts(planOf(small, config)?.assign.values() ?? [])).toEqual({
      train: 80,
      validation: 10,
      test: 10,
    })
  })

  it('depends on the seed and on no order', () => {
    const sorted = (found: ReturnType<typeof planOf>) => [...(found?.assign ?? [])].sort().join()
    const one = sorted(planOf(entries, config))
    expect(sorted(planOf(entries.toReversed(), config))).toBe(one)
    expect(sorted(planOf(entries, configOf({ by: 'stratified', stratify: 'outcome', seed: 1 })))).not.toBe(
      one,
    )
  })

  it("takes a group's stratum from its first trace, and keeps groups whole", () => {
    const grouped = entries.flatMap((entry): Entry[] => [
      { ...entry, group: entry.id },
      { id: `${entry.id}-again`, group: entry.id, tags: ['outcome:ongoing'] },
    ])
    expect(planOf(grouped, config)?.assign).toEqual(planOf(entries, config)?.assign)
  })

  it('needs the namespace', async () => {
    let check: (config: ResolvedConfig) => unknown = () => {}
    const nothing = () => {}
    const api = { configResolved: (tap: typeof check) => (check = tap), measure: nothing, split: nothing }
    split().setup(api as unknown as PluginApi)
    expect(() => check(configOf({ by: 'stratified' }))).toThrow(
      expect.toSatisfy((error) => isSftError(error) && error.code === 'SFT_CONFIG_INVALID'),
    )
    expect(() => check(config)).not.toThrow()
  })
})

describe('temporal', () => {
  const config = configOf({ by: 'temporal', ratios: { train: 0.6, validation: 0.2, test: 0.2 } })

  it('puts the latest last, the unknown first, and goes by the earliest trace of a group', () => {
    const assign = planOf(
      [
        { id: 'late', startedAt: '2026-03-01T00:00:00Z' },
        { id: 'unknown' },
        { id: 'early', startedAt: '2025-01-01 10:00:00' },
        { id: 'middle-b', group: 'middle', startedAt: '2026-12-01T00:00:00Z' },
        { id: 'middle-a', group: 'middle', startedAt: '2025-06-01T00:00:00+02:00' },
        { id: 'later', startedAt: '1767225600' },
      ],
      config,
    )?.assign
    expect(assign).toEqual(
      new Map([
        ['unknown', 'train'],
        ['early', 'train'],
        ['middle', 'train'],
        ['later', 'validation'],
        ['late', 'test'],
      ]),
    )
  })

  it('leaves out what was dropped', () => {
    const plan = planOf([{ id: 'a' }, { id: 'b', dropped: 'filter' }], config)
    expect([...(plan?.assign.keys() ?? [])]).toEqual(['a'])
  })
})

describe('near-duplicates', () => {
  const told = (text: string) =>
    measureSignature(
      { kind: 'text', text } as Parameters<typeof measureSignature>[0],
      configOf({ nearDuplicates: true }),
    )
  const long = Array.from({ length: 400 }, (_, number) => `word${number}`)
  const entries = Array.from({ length: 60 }, (_, number): Entry => {
    const text =
      number % 20 === 0
        ? long.with(number, 'changed').join(' ')
        : `${number} `.repeat(9) +
          long
            .slice(number)
            .map((word) => word + number)
            .join(' ')
    const measured = told(text)
    return {
      id: `e${number}`,
      group: `g${number}`,
      startedAt: `2026-01-01T00:00:${String(number).padStart(2, '0')}Z`,
      ...(measured !== undefined && { measured }),
    }
  })

  it.each(['group', 'stratified', 'temporal', 'random'] as const)('stay together when split by %s', (by) => {
    const ratios = { train: 0.5, test: 0.5 }
    const plan = planOf(entries, configOf({ by, ratios, nearDuplicates: true, stratify: 'x' }))
    const key = by === 'random' ? 'e' : 'g'
    expect(plan?.by).toBe(by === 'random' ? 'example' : 'group')
    expect(plan?.assign.size).toBe(60)
    expect(new Set([0, 20, 40].map((number) => plan?.assign.get(`${key}${number}`))).size).toBe(1)
    expect(new Set(plan?.assign.values())).toEqual(new Set(['train', 'test']))
  })
})
