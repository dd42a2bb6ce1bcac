import { describe, expect, it } from 'vitest'
import { fillEmptySplits } from '../src/pipeline/fill-empty-splits.ts'
import { splitPosition } from '../src/pipeline/split-position.ts'

const ratios = { train: 0.8, validation: 0.1, test: 0.1 }

function groupsNamed(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `group-${number}`)
}

function allIn(groups: readonly string[], split: string): Map<string, string> {
  return new Map(groups.map((group) => [group, split]))
}

describe('fillEmptySplits', () => {
  it('moves nothing where no split is empty', () => {
    const assign = new Map([
      ['a', 'train'],
      ['b', 'validation'],
      ['c', 'test'],
    ])
    expect(fillEmptySplits(['a', 'b', 'c'], assign, ratios, 42)).toEqual(new Map())
  })

  it('moves one group into each empty split, the nearest to its interval, and changes no assignment', () => {
    const groups = groupsNamed(10)
    const assign = allIn(groups, 'train')
    const moves = fillEmptySplits(groups, assign, ratios, 42)
    expect([...moves.values()]).toEqual(['validation', 'test'])
    const distance = (group: string) =>
      Math.max(0.8 - splitPosition(42, group), splitPosition(42, group) - 0.9, 0)
    const [first] = moves.keys()
    expect(distance(first ?? '')).toBe(Math.min(...groups.map(distance)))
    expect(assign).toEqual(allIn(groups, 'train'))
  })

  it('depends on no order', () => {
    const groups = groupsNamed(20)
    const forwards = fillEmptySplits(groups, allIn(groups, 'train'), ratios, 7)
    const backwards = fillEmptySplits(groups.toReversed(), allIn(groups.toReversed(), 'train'), ratios, 7)
    expect(backwards).toEqual(forwards)
  })

  it('depends on the seed', () => {
    const groups = groupsNamed(50)
    const moved = (seed: number) =>
      [...fillEmptySplits(groups, allIn(groups, 'train'), ratios, seed).keys()].join()
    expect(new Set([1, 2, 3, 4].map(moved)).size).toBeGreaterThan(1)
  })

  it('fills the larger split where there are fewer groups than splits, and empties none', () => {
    const uneven = { test: 0.1, validation: 0.2, train: 0.7 }
    const moves = fillEmptySplits(['a', 'b'], allIn(['a', 'b'], 'train'), uneven, 42)
    expect([...moves.values()]).toEqual(['validation'])
    expect(fillEmptySplits(['a'], allIn(['a'], 'test'), uneven, 42)).toEqual(new Map())
    expect(fillEmptySplits([], new Map(), uneven, 42)).toEqual(new Map())
  })

  it('leaves a split of ratio 0 empty', () => {
    const moves = fillEmptySplits(
      ['a', 'b', 'c'],
      allIn(['a', 'b', 'c'], 'train'),
      { train: 0.5, validation: 0.5, test: 0 },
      1,
    )
    expect([...moves.values()]).toEqual(['validation'])
  })

  it('takes from the split that has most', () => {
    const assign = new Map([...allIn(['a', 'b'], 'train'), ...allIn(['c', 'd', 'e'], 'validation')])
    const [moved] = fillEmptySplits([...assign.keys()], assign, ratios, 42).keys()
    expect(['c', 'd', 'e']).toContain(moved)
  })
})
