import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCache } from './cache.js'

test('returns what was stored', () => {
  const cache = createCache(2)
  cache.set('a', 1)
  assert.equal(cache.get('a'), 1)
  assert.equal(cache.get('b'), undefined)
})

test('never holds more than its capacity', () => {
  const cache = createCache(2)
  for (const key of ['a', 'b', 'c', 'd']) cache.set(key, key)
  assert.equal(cache.size, 2)
})

test('reading an entry keeps it', () => {
  const cache = createCache(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.get('a')
  cache.set('c', 3)
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [1, undefined, 3])
})

test('writing an entry again keeps it', () => {
  const cache = createCache(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.set('a', 10)
  cache.set('c', 3)
  assert.deepEqual([cache.get('a'), cache.get('b')], [10, undefined])
})

test('a miss does not take up room', () => {
  const cache = createCache(1)
  cache.set('a', 1)
  cache.get('b')
  assert.equal(cache.get('a'), 1)
  assert.equal(cache.size, 1)
})
