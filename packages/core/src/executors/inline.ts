import type { Bench } from '../pipeline/bench.ts'
import { runTask } from '../pipeline/run-task.ts'
import type { Executor } from './executor.ts'

/** Tasks one after another in this thread: for tests, debugging, and inputs that are not worth a thread. */
export function inlineExecutor(bench: Bench): Executor {
  return {
    async run(tasks, each) {
      for (const task of tasks) await each(task, await runTask(bench, task))
    },
    close: async () => {},
  }
}
