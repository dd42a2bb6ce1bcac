import type { Readable } from 'node:stream'

/** The objects of a streamed answer, one a line; lines may come in pieces. */
export async function* jsonLines(body: Readable): AsyncIterable<Record<string, unknown>> {
  let rest = ''
  for await (const part of body.setEncoding('utf8')) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line)
  }
  if (rest.trim() !== '') yield JSON.parse(rest)
}
