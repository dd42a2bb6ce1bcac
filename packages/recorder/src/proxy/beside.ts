import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { errorText, sftError } from '@sftkit/core'

/** What makes clients ask the proxy: the variables that the SDKs of the three interfaces look at. */
export function clientEnvironment(url: string): Record<string, string> {
  return {
    OPENAI_BASE_URL: `${url}/v1`,
    // Older clients.
    OPENAI_API_BASE: `${url}/v1`,
    ANTHROPIC_BASE_URL: url,
    OLLAMA_HOST: url,
  }
}

/** See `runBeside` of the package's index. */
export async function runBeside(command: readonly string[], url: string): Promise<number> {
  const [program = '', ...args] = command
  let child: ChildProcess | undefined
  // The terminal sends Ctrl-C to both; the proxy stays until the program is through.
  const stay = (): void => {}
  const handOn = (signal: NodeJS.Signals): void => void child?.kill(signal)
  process.on('SIGINT', stay)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, handOn)
  try {
    return await new Promise<number>((resolve, reject) => {
      child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...clientEnvironment(url) } })
      child.once('error', (error) =>
        reject(
          sftError('SFT_RECORD_COMMAND', `${program} could not be started: ${errorText(error)}.`, {
            cause: error,
          }),
        ),
      )
      child.once('exit', (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      )
    })
  } finally {
    process.off('SIGINT', stay)
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, handOn)
  }
}
