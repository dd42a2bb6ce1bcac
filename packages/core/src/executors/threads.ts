import { Worker } from 'node:worker_threads'
import { type SftError, sftError } from '../errors/error.ts'
import type { Llm } from '../llm/types.ts'
import type { Logger } from '../log/logger.ts'
import { readSidecar } from '../pipeline/run-task.ts'
import type { Sidecar, Task } from '../pipeline/task.ts'
import { type Executor, inOrder } from './executor.ts'
import { leanHeap } from './lean-heap.ts'
import { serveLlm } from './llm-calls.ts'
import { type FromWorker, receiveError, type ToWorker, type WorkerStart } from './messages.ts'
import { createWatch } from './watch.ts'

/** V8's room for short-lived objects: rows are large and die young. Twice as much was no faster and cost 40 MB. */
const YOUNG_GENERATION_MB = 24

export interface ThreadsInit extends WorkerStart {
  readonly workers: number
  readonly log: Logger
  readonly signal: AbortSignal
  readonly llm: Llm
}

/** Worker threads that each load the config themselves and read and write their own files. */
export function threadsExecutor({ origin, plan, workers, log, signal, llm }: ThreadsInit): Executor {
  const start: WorkerStart = { origin, plan }
  const pool: Worker[] = []
  const watches = new Map<Worker, () => void>()
  const serving = new Map<Worker, ReturnType<typeof serveLlm>>()
  const endLeanHeap = leanHeap()
  const timer = setInterval(() => {
    for (const watch of watches.values()) watch()
  }, 1000)
  timer.unref()

  const open = (): Worker => {
    const worker = new Worker(new URL('./worker-thread.js', import.meta.url), {
      workerData: start,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    pool.push(worker)
    serving.set(
      worker,
      serveLlm(llm, (reply) => worker.postMessage(reply satisfies ToWorker)),
    )
    return worker
  }

  const leftBy = (task: Task): Sidecar => {
    const sidecar = readSidecar(plan, task.location)
    if (sidecar !== undefined) return sidecar
    throw sftError('SFT_INTERNAL', 'A worker said that a task is done, and left nothing.')
  }

  return {
    run(tasks, each) {
      if (signal.aborted) return Promise.reject(sftError('SFT_INTERRUPTED', 'The run was interrupted.'))
      if (tasks.length === 0) return Promise.resolve()
      const finish = inOrder(tasks, each)
      const queue = tasks.values()
      let failure: SftError | undefined
      return new Promise<void>((resolve, reject) => {
        let waiting = Promise.resolve()
        const end = (): void => {
          if (busy.size > 0) return
          for (const detach of attached) detach()
          if (failure !== undefined) reject(failure)
          else waiting.then(resolve, reject)
        }
        const fail = (error: SftError): void => {
          if (failure === undefined) {
            failure = error
            for (const worker of pool) worker.postMessage({ type: 'abort' } satisfies ToWorker)
          }
        }
        const give = (worker: Worker): void => {
          const next = failure === undefined ? queue.next() : { done: true as const, value: undefined }
          if (next.done === true) {
            busy.delete(worker)
            end()
          } else {
            current.set(worker, next.value)
            worker.postMessage({ type: 'task', task: next.value } satisfies ToWorker)
          }
        }
        /** Workers that have, or are about to get, a task. */
        const busy = new Set<Worker>()
        const current = new Map<Worker, Task>()
        const attached: (() => void)[] = []
        /** Only what this run attached is taken off again: a worker stops telling anything without its own listeners. */
        const attach = <T>(worker: Worker, event: string, listener: (value: T) => void): void => {
          const untyped = listener as (value: unknown) => void
          worker.on(event, untyped)
          attached.push(() => worker.off(event, untyped))
        }
        const onMessage = (worker: Worker, message: FromWorker): void => {
          switch (message.type) {
            case 'log':
              log[message.level](message.message)
              break
            case 'ready':
              watches.set(
                worker,
                createWatch(message.activity, message.plugins, (text) => log.warn(text)),
              )
              give(worker)
              break
            case 'done': {
              const task = current.get(worker)
              if (task !== undefined) {
                waiting = finish(task, () => leftBy(task))
                waiting.catch((error: SftError) => fail(error))
              }
              give(worker)
              break
            }
            case 'llm-ask':
            case 'llm-checked':
              serving.get(worker)?.take(message)
              break
            case 'failed':
              fail(receiveError(message.error))
              give(worker)
              break
          }
        }
        signal.addEventListener(
          'abort',
          () => fail(sftError('SFT_INTERRUPTED', 'The run was interrupted.')),
          { once: true },
        )
        const started =
          pool.length > 0 ? pool : Array.from({ length: Math.max(1, Math.min(workers, tasks.length)) }, open)
        for (const worker of started) busy.add(worker)
        for (const worker of started) {
          attach(worker, 'message', (message: FromWorker) => onMessage(worker, message))
          attach(worker, 'error', (error: Error) => {
            fail(sftError('SFT_WORKER_DIED', `A worker ended: ${error.message}.`, { cause: error }))
          })
          attach(worker, 'exit', () => {
            serving.get(worker)?.end()
            if (!busy.delete(worker)) return
            fail(sftError('SFT_WORKER_DIED', 'A worker ended before its work was done.'))
            end()
          })
          if (watches.has(worker)) give(worker)
        }
      })
    },
    async close() {
      clearInterval(timer)
      await Promise.all(pool.map((worker) => worker.terminate()))
      endLeanHeap()
    },
  }
}
