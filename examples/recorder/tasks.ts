import type { Task } from './environment.ts'

export const tasks: Readonly<Record<string, Task>> = {
  median: {
    instruction: 'median() in stats.js is wrong for lists of even length. Repair it, and run the tests.',
    files: {
      'stats.js': `// The middle of a list of numbers.
function median(numbers) {
  const sorted = [...numbers].sort()
  return sorted[Math.floor(sorted.length / 2)]
}
`,
      'README.md': 'stats.js has the functions that the report uses.\n',
    },
    checks: ['median([3]) === 3', 'median([1, 2, 3, 4]) === 2.5', 'median([10, 9, 1]) === 9'],
  },
  slug: {
    instruction:
      'slug() in text.js should turn a title into a part of an address: "Héllo,  World!" is hello-world.',
    files: { 'text.js': 'function slug(title) {\n  return title\n}\n' },
    checks: ['slug("Héllo,  World!") === "hello-world"', 'slug("a") === "a"', 'slug(" - ") === ""'],
  },
}
