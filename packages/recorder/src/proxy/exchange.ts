/**
 * What the proxy writes down: one JSON line for each request with its answer.
 *
 * - `request.body` is the body's own JSON where it is JSON; otherwise it is in `text`, or in `base64` where it is no
 *   UTF-8. Bodies stand there decompressed (`encoding` names how they were sent).
 * - `answer` has the whole body in `text` or `base64`; of a stream the parts as they came in `chunks`, each with its
 *   milliseconds since the request began.
 * - Headers are those of a short list, none of which holds a key. Values of the request's keys are replaced by
 *   `[secret]` wherever they stand; apart from that bodies are data and stay as they were.
 *
 * While an exchange goes on, its line without an answer stands in a file of its own, followed by a
 * {@link ExchangePart} for each piece of the answer. See docs/record-proxy.md.
 */
export interface Exchange {
  readonly format: typeof EXCHANGE
  readonly version: 1
  /** Random. */
  readonly id: string
  /** When the request began, ISO 8601. */
  readonly started: string
  readonly api: ExchangeApi
  readonly request: RecordedRequest
  /** Absent where none came. */
  readonly answer?: RecordedAnswer
  /** Milliseconds from the request's begin to the answer's headers. */
  readonly first_byte_ms?: number
  /** Milliseconds from the request's begin to the end. */
  readonly ms?: number
  readonly end: ExchangeEnd
  /** Why there is no whole answer. */
  readonly error?: string
}

export const EXCHANGE = 'sftkit-exchange'
export const EXCHANGE_PART = 'sftkit-exchange-part'

/** Which interface a request belongs to, by its path. */
export type ExchangeApi =
  | 'chat'
  | 'responses'
  | 'completions'
  | 'messages'
  | 'ollama-chat'
  | 'ollama-generate'
  | 'other'

/**
 * How an exchange ended: whole; left by the client, or broken off by the upstream, in the middle; never answered, as
 * the upstream was not reached; stopped with the proxy; or not ended, as the proxy was killed or is still at it.
 */
export type ExchangeEnd =
  | 'complete'
  | 'client-gone'
  | 'upstream-gone'
  | 'unreachable'
  | 'stopped'
  | 'unfinished'

/** A body, in one of three forms; none of them where it is empty or was too large to be kept. */
export interface RecordedBody {
  readonly text?: string
  readonly base64?: string
  /** The `content-encoding` that it was sent with. */
  readonly encoding?: string
  /** The bytes of a body that is not kept: it is over the limit. */
  readonly left_out?: number
}

export interface RecordedRequest extends RecordedBody {
  readonly method: string
  /** With its query, keys in it replaced. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface RecordedAnswer extends RecordedBody {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly chunks?: readonly (readonly [ms: number, text: string])[]
}

/** A piece of an answer that is still coming. */
export interface ExchangePart {
  readonly format: typeof EXCHANGE_PART
  readonly id: string
  readonly answer?: Pick<RecordedAnswer, 'status' | 'headers' | 'encoding'>
  readonly text?: readonly [ms: number, text: string]
  /** Of what is no text, and of what came compressed: as it came. */
  readonly base64?: readonly [ms: number, base64: string]
}
