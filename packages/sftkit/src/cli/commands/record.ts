import { resolve } from 'node:path'
import { counted, errorText } from '@sftkit/core'
import { recordProxy, runBeside } from '@sftkit/recorder'

import { callersDirectory } from '../environment.ts'
import { EXIT } from '../exit-codes.ts'
import { untilStopped } from '../until-stopped.ts'

interface RecordFlags {
  readonly port?: number
  readonly upstream?: string
  readonly out?: string
}

/** `sft record`: a proxy that records, until it is stopped or its program ends. @returns the exit code */
export async function recordCommand(command: readonly string[], flags: object): Promise<number> {
  const { port, upstream, out = 'sft-recordings' } = flags as RecordFlags
  const tell = (line: string): void => void process.stderr.write(`${line}\n`)
  let recorded = 0
  let troubled = false
  const proxy = await recordProxy({
    out: resolve(callersDirectory(), out),
    ...(port !== undefined && { port }),
    ...(upstream !== undefined && { upstream }),
    onExchange({ method, path, status, ms, end }, trouble) {
      if (trouble !== undefined) {
        if (!troubled) tell(`Something could not be recorded; requests still pass. ${errorText(trouble)}`)
        troubled = true
        return
      }
      recorded++
      if (command.length === 0)
        tell(
          `${method} ${path}  ${status ?? 'no answer'}  ${ms.toFixed(0)} ms${end === 'complete' ? '' : `  ${end}`}`,
        )
    },
  })
  try {
    if (command.length > 0) return await exitOf(runBeside(command, proxy.url), () => proxy.unrecorded)
    tell(
      `listening: OPENAI_BASE_URL=${proxy.url}/v1 ANTHROPIC_BASE_URL=${proxy.url} OLLAMA_HOST=${proxy.url}`,
    )
    tell(`recording: ${proxy.file}`)
    await untilStopped()
    return EXIT.done
  } finally {
    await proxy.close()
    tell(recorded === 0 ? 'no request recorded' : `${counted(recorded, 'request')} recorded in ${proxy.file}`)
  }
}

/** A program's own code says most; where it is content and its recording is not whole, that is said. */
async function exitOf(running: Promise<number>, unrecorded: () => number): Promise<number> {
  const code = await running
  return code === 0 && unrecorded() > 0 ? EXIT.failed : code
}
