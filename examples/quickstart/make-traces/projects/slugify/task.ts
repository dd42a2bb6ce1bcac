import type { Task } from '../../task.ts'

export const slugify: Task = {
  name: 'slugify',
  language: 'javascript',
  source: 'slugify.js',
  testFile: 'slugify.test.js',
  request:
    'Our blog made the address `caf--cr-me` out of the title "Café crème". Fix slugify.js so that the tests pass.',
  diagnosis:
    'Every single character that is not a-z or 0-9 becomes a dash of its own, and a letter with an accent counts as such a character.',
  wrongFixes: [
    {
      idea: 'A run of separators should give one dash, so the pattern needs a plus sign.',
      edits: [{ path: 'slugify.js', find: '/[^a-z0-9]/g', replace: '/[^a-z0-9]+/g' }],
    },
    {
      idea: 'Unicode letters can be allowed in the pattern with \\p{L}.',
      edits: [{ path: 'slugify.js', find: '/[^a-z0-9]/g', replace: '/[^\\p{L}0-9]+/gu' }],
    },
  ],
  fix: {
    idea: 'Decompose the letters first (NFD), drop the combining marks, and replace each run of separators by one dash.',
    edits: [
      {
        path: 'slugify.js',
        find: "    .toLowerCase()\n    .replace(/[^a-z0-9]/g, '-')",
        replace:
          "    .normalize('NFD')\n    .replace(/\\p{M}/gu, '')\n    .toLowerCase()\n    .replace(/[^a-z0-9]+/g, '-')",
      },
    ],
  },
  followUp: {
    request: 'Good. Please add a test for a title that has no letters at all.',
    edits: [
      {
        path: 'slugify.test.js',
        find: "test('leaves no dash at either end'",
        replace:
          "test('gives an empty text for a title without letters or digits', () => {\n  assert.equal(slugify('— ! —'), '')\n})\n\ntest('leaves no dash at either end'",
      },
    ],
    answer: 'Added: a title such as "— ! —" gives an empty text.',
  },
}
