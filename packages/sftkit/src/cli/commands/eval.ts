import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { evaluateRun, type HeldOutSplit } from '@sftkit/plugin-ollama'
import { createDisplay } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { evaluationText } from '../evaluation.ts'
import { EXIT } from '../exit-codes.ts'

interface EvalFlags {
  readonly model?: string
  readonly split?: HeldOutSplit
  readonly limit?: number
  readonly against?: string | false
  readonly host?: string
  readonly maxTokens?: number
  readonly seed?: number
  readonly llamaCpp?: string
  readonly json?: boolean
}

/** `sft eval`: how a run's model answers the rows that it was not trained on. */
export async function evalCommand(run: string, flags: object): Promise<void> {
  const { model, against, llamaCpp, json = false, ...options } = flags as EvalFlags
  const cwd = callersDirectory()
  const at = (name: string): string => (existsSync(resolve(cwd, name)) ? resolve(cwd, name) : name)
  const display = createDisplay({ json: false })
  const abort = new AbortController()
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted)
    abort.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const { file, ...evaluation } = await evaluateRun(resolve(cwd, run), {
      ...options,
      ...(model !== undefined && { model: at(model) }),
      ...(against !== undefined && { against: against === false ? false : at(against) }),
      ...(llamaCpp !== undefined && { llamaCppPath: resolve(cwd, llamaCpp) }),
      signal: abort.signal,
      log: display.log,
      onProgress: (role, work) => display.progress({ ...NOTHING_READ, stage: `eval ${role}`, work }),
    })
    display.end()
    if (json) process.stdout.write(`${JSON.stringify(evaluation)}\n`)
    else process.stdout.write(`${evaluationText(evaluation)}\n\n→ ${relative(cwd, file)}\n`)
  } finally {
    display.end()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

const NOTHING_READ = {
  ...{ bytesDone: 0, bytesTotal: 0, traces: 0, examples: 0 },
  ...{ dropped: 0, unreadable: 0, seconds: 0 },
}
