import type { Step } from 'sftkit'

const SEEN = 'a line of what a tool has printed, '.repeat(8)
const WRITTEN = 'export const answer = 42\n'.repeat(6)

/** The steps of an episode of any length, as agents that write code have them: reads, commands, small files, tests. */
export function stepAt(number: number): Step {
  const shared = { reward: number % 7 === 0 ? 0.05 : 0, durationMs: 1.5 + (number % 13) }
  const observation = { text: SEEN, exit_code: 0, number }
  const path = `src/module-${number % 97}/file-${number % 31}.ts`
  switch (number % 5) {
    case 0:
      return {
        ...shared,
        observation,
        action: { type: 'write_file', path, content: WRITTEN },
        fileDiff: { path, before: WRITTEN.slice(25), after: WRITTEN },
      }
    case 1:
      return {
        ...shared,
        observation,
        action: { type: 'run_command', query: `npm test -- --run ${path} 2>&1 | tail -n 20` },
        ...(number % 1000 === 1 && { error: 'exit code 1' }),
      }
    case 2:
      return { ...shared, observation, action: { type: 'run_tests' }, testPassRate: (number % 11) / 10 }
    default:
      return { ...shared, observation, action: { type: 'read_file', path } }
  }
}
