import { resolve } from 'node:path'
import { counted } from '@sftkit/core'
import { runBeside, serveRecording } from '@sftkit/recorder'
import { count } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { EXIT } from '../exit-codes.ts'
import { untilStopped } from '../until-stopped.ts'

interface ServeFlags {
  readonly port?: number
  readonly timing?: boolean
}

/**
 * `sft replay --serve`: answers from what the proxy recorded, until it is stopped or its program ends.
 *
 * @returns the exit code: the program's own, and 1 where it asked what was not recorded
 */
export async function serveCommand(
  recording: string,
  command: readonly string[],
  flags: object,
): Promise<number> {
  const { port, timing = false } = flags as ServeFlags
  const tell = (line: string): void => void process.stderr.write(`${line}\n`)
  const server = await serveRecording(resolve(callersDirectory(), recording), {
    timing,
    ...(port !== undefined && { port }),
    onUnknown({ target, nearest }) {
      tell(`not recorded: ${target}`)
      if (nearest === undefined) return
      const { path, recorded, asked } = nearest.difference
      tell(`  first difference at ${path}\n  recorded  ${recorded}\n  asked     ${asked}`)
    },
  })
  try {
    let code: number = EXIT.done
    if (command.length > 0) code = await runBeside(command, server.url)
    else {
      tell(
        `answering: OPENAI_BASE_URL=${server.url}/v1 ANTHROPIC_BASE_URL=${server.url} OLLAMA_HOST=${server.url}`,
      )
      await untilStopped()
    }
    return code === 0 && server.unknown > 0 ? EXIT.failed : code
  } finally {
    await server.close()
    tell(
      `${counted(server.answered, 'request')} answered of ${count(server.exchanges)} recorded, ${count(server.unknown)} unknown, ${count(server.unused())} not asked for`,
    )
  }
}
