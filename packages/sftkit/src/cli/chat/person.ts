import { createInterface } from 'node:readline'
import pc from 'picocolors'

/** Who the model talks to: lines that are typed, or that come from a pipe. */
export interface Person extends Disposable {
  readonly atTerminal: boolean
  /** The next line; undefined at the end, or where the person interrupts. */
  line(cue: string): Promise<string | undefined>
  /** Whether it ended by Ctrl-C. */
  readonly interrupted: boolean
  /** Runs something that Ctrl-C stops, instead of ending everything. */
  during(work: (signal: AbortSignal) => Promise<void>): Promise<void>
}

export function openPerson(): Person {
  const atTerminal = process.stdin.isTTY === true
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: atTerminal })
  const lines: string[] = []
  let waiting: ((line: string | undefined) => void) | undefined
  let running: AbortController | undefined
  let [closed, interrupted] = [false, false]
  const give = (line: string | undefined): void => {
    const to = waiting
    waiting = undefined
    to?.(line)
  }
  const interrupt = (): void => {
    running?.abort()
    if (running !== undefined && atTerminal) return
    interrupted = true
    reader.close()
  }
  reader.on('line', (line) => (waiting ? give(line) : lines.push(line)))
  reader.on('SIGINT', interrupt)
  reader.on('close', () => {
    closed = true
    give(undefined)
  })
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  return {
    atTerminal,
    get interrupted() {
      return interrupted
    },
    line(cue) {
      const next = lines.shift()
      if (next !== undefined || closed) return Promise.resolve(interrupted ? undefined : next)
      if (atTerminal) {
        reader.setPrompt(pc.dim(cue))
        reader.prompt()
      }
      return new Promise((resolve) => {
        waiting = resolve
      })
    },
    async during(work) {
      running = new AbortController()
      try {
        await work(running.signal)
      } finally {
        running = undefined
      }
    },
    [Symbol.dispose]() {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      reader.close()
    },
  }
}
