import type { Task } from '../../task.ts'

const loop = '    total = 0\n    for letter in text:\n        total += VALUES[letter]\n    return total\n'

export const roman: Task = {
  name: 'roman',
  language: 'python',
  source: 'roman.py',
  testFile: 'test_roman.py',
  request: 'from_roman("XIV") returns 16, and bad input ends in a KeyError. Please fix roman.py.',
  diagnosis:
    'The letters are only added up. A smaller letter before a larger one has to be subtracted, and the docstring promises ValueError.',
  wrongFixes: [
    {
      idea: 'Subtract a letter when the next one is larger.',
      edits: [
        {
          path: 'roman.py',
          find: loop,
          replace:
            '    total = 0\n    for letter, following in zip(text, text[1:] + "I"):\n        value = VALUES[letter]\n        total += -value if value < VALUES[following] else value\n    return total\n',
        },
      ],
    },
    {
      idea: 'Turn the KeyError into the ValueError that the docstring promises.',
      edits: [
        {
          path: 'roman.py',
          find: loop,
          replace:
            '    total = 0\n    for letter in text:\n        if letter not in VALUES:\n            raise ValueError(f"not a Roman numeral: {text!r}")\n        total += VALUES[letter]\n    return total\n',
        },
      ],
    },
  ],
  fix: {
    idea: 'Check the text first, then subtract each letter that stands before a larger one.',
    edits: [
      {
        path: 'roman.py',
        find: loop,
        replace:
          '    if not text or any(letter not in VALUES for letter in text):\n        raise ValueError(f"not a Roman numeral: {text!r}")\n    values = [VALUES[letter] for letter in text]\n    following = values[1:] + [0]\n    return sum(-own if own < after else own for own, after in zip(values, following))\n',
      },
    ],
  },
  followUp: {
    request: 'Nice. One more test, please: the largest numeral one can write, MMMCMXCIX.',
    edits: [
      {
        path: 'test_roman.py',
        find: '    def test_refuses_other_letters',
        replace:
          '    def test_reads_the_largest_numeral(self):\n        self.assertEqual(from_roman("MMMCMXCIX"), 3999)\n\n    def test_refuses_other_letters',
      },
    ],
    answer: 'Done; MMMCMXCIX is read as 3999.',
  },
}
