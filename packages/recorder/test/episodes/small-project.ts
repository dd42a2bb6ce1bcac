import type { Action, Environment, StepResult } from '../../src/index.ts'

/** A project of files in memory, whose test passes once `sum.ts` adds. `drift` lets one answer differ. */
export function smallProject(drift?: { readonly step: number; readonly text: string }): Environment {
  let files = new Map<string, string>()
  let steps = 0
  const passes = (): boolean => files.get('sum.ts')?.includes('a + b') === true
  const answer = (action: Action): StepResult => {
    const path = action.path ?? ''
    switch (action.type) {
      case 'list_files':
        return { observation: { files: [...files.keys()].sort() }, reward: 0, done: false }
      case 'read_file': {
        const text = files.get(path)
        if (text === undefined)
          return { observation: null, reward: -0.1, done: false, error: `no such file: ${path}` }
        return { observation: { path, text }, reward: 0.05, done: false }
      }
      case 'write_file': {
        const before = files.get(path) ?? null
        const after = action.content ?? ''
        files.set(path, after)
        return { observation: 'written', reward: 0, done: false, fileDiff: { path, before, after } }
      }
      case 'run_tests':
        return {
          observation: passes() ? '1 passed' : '1 failed: expected 3, got -1',
          reward: passes() ? 1 : -0.2,
          done: passes(),
          passRate: passes() ? 1 : 0,
        }
      default:
        throw new Error(`unknown action: ${action.type}`)
    }
  }
  return {
    reset() {
      files = new Map([
        ['sum.ts', 'export const sum = (a, b) => a - b\n'],
        ['sum.test.ts', 'expect(sum(1, 2)).toBe(3)\n'],
      ])
      steps = 0
      return { files: [...files.keys()] }
    },
    step(action) {
      steps++
      const result = answer(action)
      return drift?.step === steps ? { ...result, observation: drift.text } : result
    },
  }
}

/** What the agent does there. */
export const repair: readonly Action[] = [
  { type: 'list_files' },
  { type: 'read_file', path: 'missing.ts' },
  { type: 'read_file', path: 'sum.ts' },
  { type: 'run_tests' },
  { type: 'write_file', path: 'sum.ts', content: 'export const sum = (a, b) => a + b\n' },
  { type: 'run_tests' },
]
