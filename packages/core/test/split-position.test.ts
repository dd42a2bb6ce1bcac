import { describe, expect, it } from 'vitest'
import { splitIntervals, splitPosition } from '../src/pipeline/split-position.ts'

describe('splitPosition', () => {
  it('stays what it is: a changed value would move rows of everyone', () => {
    expect([
      splitPosition(42, 'a'),
      splitPosition(42, 'b'),
      splitPosition(43, 'a'),
      splitPosition(0, ''),
    ]).toEqual([0.5901377484090595, 0.7720248972375323, 0.5435559915796162, 0.7283713340583233])
  })

  it('is spread evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let number = 0; number < 10_000; number++) {
      const tenth = Math.floor(splitPosition(42, `group-${number}`) * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    expect(Math.min(...tenths)).toBeGreaterThan(900)
    expect(Math.max(...tenths)).toBeLessThan(1100)
  })
})

describe('splitIntervals', () => {
  it('cuts in the given order, without gaps, and ends at exactly 1', () => {
    const intervals = splitIntervals({ a: 0.1, b: 0.2, c: 0.7 })
    expect(intervals.map(({ split }) => split)).toEqual(['a', 'b', 'c'])
    expect(intervals[0]?.start).toBe(0)
    expect(intervals[1]?.start).toBe(intervals[0]?.end)
    expect(intervals[2]?.start).toBe(intervals[1]?.end)
    expect(intervals[2]?.end).toBe(1)
  })

  it('gives nothing to a ratio of 0, also as the last', () => {
    expect(splitIntervals({ train: 0.5, none: 0, validation: 0.5, rest: 0 })).toEqual([
      { split: 'train', start: 0, end: 0.5 },
      { split: 'validation', start: 0.5, end: 1 },
    ])
  })

  it('has no trouble with shares that no double can carry', () => {
    const tenths = Object.fromEntries(Array.from({ length: 10 }, (_, number) => [`part${number}`, 0.1]))
    const intervals = splitIntervals(tenths)
    expect(intervals.at(-1)?.end).toBe(1)
    expect(intervals.every(({ start, end }) => end > start)).toBe(true)
  })
})
