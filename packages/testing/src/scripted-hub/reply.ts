import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a route answers. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes as they are, anything else as JSON. */
  readonly body?: unknown
}

/** A refusal as the Hub words it: the code of the reason stands in a header. */
export function refuse(status: number, error: string, code?: string): Reply {
  return {
    status,
    headers: { 'x-error-message': error, ...(code !== undefined && { 'x-error-code': code }) },
    body: { error },
  }
}

/** Bytes, or the part of them that `Range` asks for. */
export function ranged(content: Buffer, range: string | undefined, headers: Reply['headers'] = {}): Reply {
  const match = range?.match(/^bytes=(\d+)-(\d*)$/)
  if (!match) return { status: 200, headers: { ...headers, 'accept-ranges': 'bytes' }, body: content }
  const from = Number(match[1])
  const to = match[2] ? Math.min(Number(match[2]), content.length - 1) : content.length - 1
  if (from >= content.length)
    return { status: 416, headers: { 'content-range': `bytes */${content.length}` }, body: '' }
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to}/${content.length}` },
    body: content.subarray(from, to + 1),
  }
}

/** @param cutAfter breaks the connection after so many bytes */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body }: Reply,
  cutAfter?: number,
): void {
  const isBytes = body instanceof Uint8Array
  const bytes = isBytes
    ? body
    : Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
  const type = isBytes
    ? 'application/octet-stream'
    : typeof body === 'string'
      ? 'text/plain; charset=utf-8'
      : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, 'content-length': String(bytes.length), ...headers })
  if (request.method === 'HEAD') response.end()
  else if (cutAfter === undefined) response.end(bytes)
  // What has arrived and nobody read yet is lost with a connection: a reader gets the time to take it.
  else response.write(bytes.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 250))
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
