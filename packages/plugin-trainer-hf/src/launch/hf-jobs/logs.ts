import type { HubClient } from './client.ts'
import type { JobName } from './job.ts'

/** The Hub sends a sign of life each 30 s; a stream that is silent for longer is lost. */
const SILENT_MS = 120_000

/**
 * The lines of a job's log as they are sent, from the job's first one on: each new connection begins there again.
 * Ends when the Hub ends the stream, and throws where the connection breaks.
 */
export async function* logLines(
  hub: HubClient,
  { namespace, id }: JobName,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENT_MS)
  try {
    const response = await fetch(`${hub.url}/api/jobs/${namespace}/${id}/logs`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${hub.token}` },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!response.ok || response.body === null) throw new Error(`the log answers with ${response.status}`)
    let rest = ''
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENT_MS)
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const data = dataOf(line)
        if (data !== undefined && !data.startsWith('===== Job started')) yield data
      }
    }
  } finally {
    clearTimeout(timer)
  }
}

/** A line of server-sent events; undefined for a sign of life and what is no log line. */
function dataOf(line: string): string | undefined {
  if (!line.startsWith('data:')) return undefined
  const text = line.slice(5).trim()
  try {
    const { data } = JSON.parse(text) as { data?: unknown }
    return typeof data === 'string' ? data.replace(/\r?\n$/, '') : undefined
  } catch {
    return text
  }
}
