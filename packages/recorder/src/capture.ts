import type { CollectedOf, CollectOptions } from './collect/collect.ts'
import type { RecordProxy, RecordProxyOptions } from './proxy/proxy.ts'
import type { RecordingServer, ServeRecordingOptions } from './proxy/serve/serve-recording.ts'

/**
 * Starts a proxy on this machine that passes requests of OpenAI's, Anthropic's and Ollama's interfaces on as they are,
 * and records them with their answers. Only this machine can reach it.
 *
 * @throws SFT_RECORD_WRITE, SFT_RECORD_PORT, SFT_USAGE where an upstream's address is none
 */
export async function recordProxy(options: RecordProxyOptions): Promise<RecordProxy> {
  const { openProxy } = await import('./proxy/proxy.ts')
  return openProxy(options)
}

/**
 * Serves the answers of a recording of the proxy, or of all recordings in a folder, on this machine: the same request
 * gets the recorded status and body, byte for byte, a stream in its recorded pieces. A request that was asked several
 * times gets its answers in their order. One that was not recorded gets 404 and is told what it differs from.
 *
 * @throws SFT_REPLAY_UNREADABLE, SFT_RECORD_PORT
 */
export async function serveRecording(
  path: string,
  options?: ServeRecordingOptions,
): Promise<RecordingServer> {
  const { openRecordingServer } = await import('./proxy/serve/serve-recording.ts')
  return openRecordingServer(path, options)
}

/**
 * Runs a program with its clients pointed at a proxy, its input and output being this process's own. Signals that ask
 * this process to stop are handed on.
 *
 * @param url of a proxy or a served recording, without a path
 * @returns its exit code; of one that a signal ended, 128 and the signal's number, as shells say it
 * @throws SFT_RECORD_COMMAND where it cannot be started
 */
export async function runBeside(command: readonly string[], url: string): Promise<number> {
  const beside = await import('./proxy/beside.ts')
  return beside.runBeside(command, url)
}

/**
 * Copies the sessions that command-line agents keep on this machine into an archive, before the agents delete them.
 * What the archive has already is not copied again; what is deleted at its source stays in the archive. Sources are
 * only read.
 *
 * @returns what was found of each agent
 * @throws SFT_USAGE for an unknown agent or an archive among the sources, SFT_COLLECT_WRITE
 */
export async function collectSessions(options: CollectOptions): Promise<CollectedOf[]> {
  const { collect } = await import('./collect/collect.ts')
  return collect(options)
}
