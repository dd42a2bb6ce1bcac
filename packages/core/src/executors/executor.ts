import type { Sidecar, Task } from '../pipeline/task.ts'

/**
 * Does tasks, in any order and number at once; hands each sidecar over in the tasks' order.
 * The one task description serves every executor: it is JSON and names files only.
 */
export interface Executor {
  /** @throws the first failure, after the tasks in progress have ended */
  run(tasks: readonly Task[], each: (task: Task, sidecar: Sidecar) => void | Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Calls `each` in the order of the tasks, whatever the order in which they end. */
export function inOrder(
  tasks: readonly Task[],
  each: (task: Task, sidecar: Sidecar) => void | Promise<void>,
): (task: Task, read: () => Sidecar) => Promise<void> {
  // Read in its turn: what is done behind a slow task must not be held meanwhile.
  const waiting = new Map<number, () => Sidecar>()
  const position = new Map(tasks.map((task, at) => [task.index, at]))
  let next = 0
  let chain = Promise.resolve()
  return (task, read) => {
    waiting.set(position.get(task.index) ?? -1, read)
    chain = chain.then(async () => {
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        waiting.delete(next)
        await each(tasks[next]!, ready())
        next++
      }
    })
    return chain
  }
}
