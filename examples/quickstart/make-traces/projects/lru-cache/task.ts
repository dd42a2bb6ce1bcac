import type { Task } from '../../task.ts'

export const lruCache: Task = {
  name: 'lru-cache',
  language: 'javascript',
  source: 'cache.js',
  testFile: 'cache.test.js',
  request:
    'The cache throws away entries that are in constant use. It is meant to drop the least recently used one. Please repair cache.js.',
  diagnosis:
    'A Map keeps the order of first insertion. Neither get nor a second set moves an entry to the end, so the oldest insertion is dropped, not the oldest use.',
  wrongFixes: [
    {
      idea: 'A read has to move its entry to the end of the Map.',
      edits: [
        {
          path: 'cache.js',
          find: '      return entries.get(key)',
          replace:
            '      const value = entries.get(key)\n      entries.delete(key)\n      entries.set(key, value)\n      return value',
        },
      ],
    },
    {
      idea: 'A write has to move its entry to the end: delete it before it is set.',
      edits: [
        {
          path: 'cache.js',
          find: '      entries.set(key, value)\n      if',
          replace: '      entries.delete(key)\n      entries.set(key, value)\n      if',
        },
      ],
    },
  ],
  fix: {
    idea: 'Both a read of a present key and a write must move the entry to the end; a miss must change nothing.',
    edits: [
      {
        path: 'cache.js',
        find: '      return entries.get(key)',
        replace:
          '      if (!entries.has(key)) return undefined\n      const value = entries.get(key)\n      entries.delete(key)\n      entries.set(key, value)\n      return value',
      },
      {
        path: 'cache.js',
        find: '    set(key, value) {\n      entries.set',
        replace: '    set(key, value) {\n      entries.delete(key)\n      entries.set',
      },
    ],
  },
  followUp: {
    request: 'Thanks. Can you also cover a cache with capacity 0?',
    edits: [
      {
        path: 'cache.test.js',
        find: "test('a miss does not take up room'",
        replace:
          "test('with capacity 0 nothing is kept', () => {\n  const cache = createCache(0)\n  cache.set('a', 1)\n  assert.equal(cache.get('a'), undefined)\n  assert.equal(cache.size, 0)\n})\n\ntest('a miss does not take up room'",
      },
    ],
    answer: 'Capacity 0 is covered now: nothing is kept and the size stays 0.',
  },
}
