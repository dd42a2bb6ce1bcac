import { isUtf8 } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'
import { decodeChunks } from './decode.ts'
import type { RecordedAnswer, RecordedBody } from './exchange.ts'
import type { Scrub } from './secrets.ts'
import type { Tape, TapedChunk } from './tape.ts'

const STREAMS = /^(?:text\/event-stream|application\/(?:x-)?(?:ndjson|json-?lines|jsonl))\b/i

/** A body's recorded form, and its text where it has one. */
async function decoded(tape: Tape, encoding: string | undefined): Promise<readonly TapedChunk[]> {
  if (encoding === undefined || encoding === 'identity') return tape.chunks
  return (await decodeChunks(encoding, tape.chunks)) ?? tape.chunks
}

const namedEncoding = (encoding: string | undefined): Pick<RecordedBody, 'encoding'> =>
  encoding === undefined || encoding === 'identity' ? {} : { encoding }

/** An answer's body, of a stream piece by piece. */
export async function recordAnswer(
  tape: Tape,
  encoding: string | undefined,
  type: string | undefined,
  scrub: Scrub,
): Promise<RecordedBody & Pick<RecordedAnswer, 'chunks'>> {
  const about = namedEncoding(encoding)
  if (tape.bytes === 0) return about
  if (tape.whole() === undefined) return { ...about, left_out: tape.bytes }
  const pieces = await decoded(tape, encoding)
  const whole = Buffer.concat(pieces.map(({ data }) => data))
  if (!isUtf8(whole)) return { ...about, base64: whole.toString('base64') }
  const text = whole.toString()
  const clean = scrub(text)
  if (!STREAMS.test(type ?? '')) return { ...about, text: clean }
  // A key that was in several pieces: they are put together where it was.
  const chunks = clean === text ? textChunks(pieces) : [[pieces.at(-1)?.ms ?? 0, clean] as const]
  return { ...about, chunks }
}

/** Pieces as texts: what is cut in the middle of a character goes with the next one. */
function textChunks(pieces: readonly TapedChunk[]): (readonly [number, string])[] {
  const decoder = new StringDecoder('utf8')
  return pieces.map(({ ms, data }) => [ms, decoder.write(data)] as const).filter(([, text]) => text !== '')
}

/** A request's body as JSON of one line for the recording's own line: the members to write, with a comma before each. */
export async function requestMembers(
  tape: Tape,
  encoding: string | undefined,
  scrub: Scrub,
): Promise<string> {
  const member = (name: string, value: unknown): string => `,${JSON.stringify(name)}:${JSON.stringify(value)}`
  const about = encoding === undefined || encoding === 'identity' ? '' : member('encoding', encoding)
  if (tape.bytes === 0) return about
  if (tape.whole() === undefined) return about + member('left_out', tape.bytes)
  const whole = Buffer.concat((await decoded(tape, encoding)).map(({ data }) => data))
  if (!isUtf8(whole)) return about + member('base64', whole.toString('base64'))
  const text = scrub(whole.toString())
  // As the client wrote it: its numbers are not read and written again. A line break in JSON is always space.
  return about + (isJson(text) ? `,"body":${text.trim().replaceAll(/[\r\n]+/g, ' ')}` : member('text', text))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
