import { expect, it } from 'vitest'
import { quotas } from '../src/split/quotas.ts'

it.each([
  { count: 10, targets: { a: 8, b: 1, c: 1 }, given: { a: 8, b: 1, c: 1 } },
  { count: 3, targets: { a: 2.7, b: 0.3 }, given: { a: 3, b: 0 } },
  { count: 3, targets: { a: 2.1, b: 0.9 }, given: { a: 2, b: 1 } },
  { count: 1, targets: { a: 1.4, b: -0.4 }, given: { a: 1, b: 0 } },
  { count: 1, targets: { a: 0.5, b: 0.5 }, given: { a: 1, b: 0 } },
  { count: 10, targets: { a: 10 * (0.1 + 0.2), b: 10 * 0.7 }, given: { a: 3, b: 7 } },
  { count: 0, targets: { a: 0, b: 0 }, given: { a: 0, b: 0 } },
])('$targets of $count', ({ count, targets, given }) => {
  expect(Object.fromEntries(quotas(count, new Map(Object.entries(targets))))).toEqual(given)
})
