import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { Readable } from 'node:stream'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  /** A text, or bytes of a length that is known. */
  readonly body?: string | { readonly stream: Readable; readonly bytes: number } | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** Whether the status is of success. */
  readonly ok: boolean
  readonly body: Readable
}

/**
 * Sends a request and waits for the head of its answer, however long that takes: `fetch` gives up after five minutes
 * without a byte, and loading or copying a large model takes longer.
 *
 * @throws Error where the other side cannot be reached or breaks off, or the signal is aborted
 */
export function httpAnswer({ method, url, body, signal }: HttpRequest): Promise<HttpAnswer> {
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body?.bytes
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? secure : plain)(url, {
      method,
      headers: {
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        ...(bytes !== undefined && { 'content-length': bytes }),
      },
      ...(signal && { signal }),
    })
    // Also after the answer has begun: what breaks off then is an error of its body.
    request.on('error', reject)
    request.once('response', (response) => {
      const status = response.statusCode ?? 0
      resolve({ status, ok: status >= 200 && status < 300, body: response })
    })
    if (body === undefined || typeof body === 'string') request.end(body)
    else {
      body.stream.once('error', (error) => request.destroy(error)).pipe(request)
      // Where the answer comes before the end of the body, nobody would end the request any more, and its connection
      // would keep the process from ending.
      body.stream.once('close', () => {
        if (!request.writableEnded) request.destroy()
      })
    }
  })
}
