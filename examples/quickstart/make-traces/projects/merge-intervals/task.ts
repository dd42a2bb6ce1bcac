import type { Task } from '../../task.ts'

export const mergeIntervals: Task = {
  name: 'merge-intervals',
  language: 'python',
  source: 'intervals.py',
  testFile: 'test_intervals.py',
  request:
    'The shop page shows 8-12 and 12-18 as two opening times and sometimes loses an hour. Find out why and fix intervals.py.',
  diagnosis:
    'Three things are wrong: touching intervals are compared with < instead of <=, the end of an inner interval overwrites the end of the outer one, and the input is never sorted.',
  wrongFixes: [
    {
      idea: 'Intervals that touch must be joined too: compare with <=.',
      edits: [{ path: 'intervals.py', find: 'start < merged[-1][1]', replace: 'start <= merged[-1][1]' }],
    },
    {
      idea: 'Keep the larger of the two ends, and join intervals that touch.',
      edits: [
        { path: 'intervals.py', find: 'start < merged[-1][1]', replace: 'start <= merged[-1][1]' },
        {
          path: 'intervals.py',
          find: '(merged[-1][0], end)',
          replace: '(merged[-1][0], max(merged[-1][1], end))',
        },
      ],
    },
  ],
  fix: {
    idea: 'Sort the input, join what overlaps or touches, and keep the larger of the two ends.',
    edits: [
      { path: 'intervals.py', find: 'in intervals:', replace: 'in sorted(intervals):' },
      { path: 'intervals.py', find: 'start < merged[-1][1]', replace: 'start <= merged[-1][1]' },
      {
        path: 'intervals.py',
        find: '(merged[-1][0], end)',
        replace: '(merged[-1][0], max(merged[-1][1], end))',
      },
    ],
  },
  followUp: {
    request: 'Thank you. Please make sure that an empty list stays an empty list.',
    edits: [
      {
        path: 'test_intervals.py',
        find: '    def test_sorts_its_input',
        replace:
          '    def test_an_empty_list_stays_empty(self):\n        self.assertEqual(merge([]), [])\n\n    def test_sorts_its_input',
      },
    ],
    answer: 'It stays empty; there is a test for it now.',
  },
}
