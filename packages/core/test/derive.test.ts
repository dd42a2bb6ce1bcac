import { expect, test } from 'vitest'
import type { Trace } from '../src/data/trace.ts'
import { createDeriver } from '../src/pipeline/derive.ts'

const parent = (): Trace => ({
  id: 'p',
  source: { uri: 'in/a.jsonl', format: 'toy', hash: 'beef' },
  session: 's',
  group: { key: 's' },
  messages: [],
  outcome: { status: 'unknown' },
  tags: ['a:1'],
  parents: [],
  metadata: {},
})

test('children of one parent differ; those of its copy are the same, whether or not one task reads both', () => {
  const [one, copy] = [parent(), parent()]
  const together = createDeriver()
  const ids = (of: Trace, deriver = together): string[] => [
    deriver.trace('plugin', [of], {}).id,
    deriver.trace('plugin', [of], {}).id,
    deriver.trace('plugin', [of], { key: 'named' }).id,
    deriver.trace('other', [of], {}).id,
  ]
  const first = ids(one)
  expect(new Set(first).size).toBe(4)
  expect(ids(copy)).toEqual(first)
  expect(ids(parent(), createDeriver())).toEqual(first)
})

test('a child names its parents and has a list of tags of its own', () => {
  const of = parent()
  const child = createDeriver().trace('plugin', [of], { session: 't' })
  expect(child).toMatchObject({ parents: ['p'], session: 't', tags: ['a:1'] })
  expect(child.tags).not.toBe(of.tags)
})
