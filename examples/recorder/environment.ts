/**
 * A small place to write code in: files in memory, and tests that really run them. The same actions lead to the same
 * answers, so what was recorded here can be replayed.
 */
import { createContext, Script } from 'node:vm'
import type { Action, Environment, StepResult } from 'sftkit'

/** A task: a file that is not right yet, and what has to hold of its function. */
export interface Task {
  readonly instruction: string
  readonly files: Readonly<Record<string, string>>
  /** The expressions that have to be true; they may use the functions of all files. */
  readonly checks: readonly string[]
}

/** The environment of a task. */
export function codingEnvironment(task: Task): Environment {
  let files = new Map<string, string>()
  let passedBefore = 0

  const check = (): { readonly passed: number; readonly failures: string[] } => {
    const failures = task.checks.filter((expression) => !holds(expression, files))
    return { passed: task.checks.length - failures.length, failures }
  }

  const actions: Record<string, (action: Action) => StepResult> = {
    list_files: () => ({ observation: { files: [...files.keys()].sort() }, reward: 0, done: false }),
    read_file: ({ path }) => {
      const text = files.get(path ?? '')
      return text === undefined
        ? failed(`There is no file ${path}.`)
        : { observation: { path: path ?? '', text }, reward: 0, done: false }
    },
    write_file: ({ path, content }) => {
      if (path == null || content == null) return failed('write_file takes a path and a content.')
      const before = files.get(path) ?? null
      files.set(path, content)
      return {
        observation: { written: path, characters: content.length },
        reward: 0,
        done: false,
        fileDiff: { path, before, after: content },
      }
    },
    run_tests: () => {
      const { passed, failures } = check()
      // What more of the checks hold than before is the reward.
      const reward = (passed - passedBefore) / task.checks.length
      passedBefore = passed
      return {
        observation: { passed, failed: failures },
        reward,
        done: failures.length === 0,
        passRate: passed / task.checks.length,
      }
    },
  }

  return {
    reset() {
      files = new Map(Object.entries(task.files))
      passedBefore = check().passed
      return { files: [...files.keys()].sort(), tests: task.checks.length }
    },
    step: (action) => actions[action.type]?.(action) ?? failed(`There is no action ${action.type}.`),
  }
}

function failed(error: string): StepResult {
  return { observation: { error }, reward: -0.05, done: false, error }
}

function holds(expression: string, files: ReadonlyMap<string, string>): boolean {
  const sources = [...files].flatMap(([path, text]) => (path.endsWith('.js') ? [text] : []))
  try {
    const context = createContext({})
    return (
      new Script(`${sources.join('\n')}\n;(${expression})`).runInContext(context, { timeout: 1000 }) === true
    )
  } catch {
    return false
  }
}
