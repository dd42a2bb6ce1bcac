import { randomBytes } from 'node:crypto'
import { accessSync, closeSync, constants, fdatasync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { errorText, makeFolders, sftError } from '@sftkit/core'
import { type Aside, openAside } from './aside.ts'
import {
  EXCHANGE,
  EXCHANGE_PART,
  type ExchangeApi,
  type ExchangeEnd,
  type ExchangePart,
  type RecordedAnswer,
} from './exchange.ts'
import { recordAnswer, requestMembers } from './recorded-body.ts'
import type { Scrub } from './secrets.ts'
import type { Tape } from './tape.ts'
import { writeLine } from './write-line.ts'

/** The file of one proxy's exchanges, and beside it one for each exchange that goes on. */
export interface Recording {
  readonly file: string
  begin(request: OpenedRequest): OpenExchange
  /** Writes to disk what the system still holds. */
  close(): void
}

/** What is known of a request before its body. */
export interface OpenedRequest {
  readonly method: string
  /** Without keys. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly api: ExchangeApi
  readonly encoding: string | undefined
  readonly sent: Tape
  readonly scrub: Scrub
}

export interface OpenExchange {
  readonly id: string
  /** Milliseconds since it began. */
  now(): number
  /** The request is there as a whole. Written aside until the exchange ends. */
  requestEnded(): void
  answerBegan(answer: Pick<RecordedAnswer, 'status' | 'headers' | 'encoding'>): void
  answerGoesOn(data: Buffer, ms: number): void
  /** Writes the exchange's line. */
  end(how: EndedExchange): Promise<void>
}

export interface EndedExchange {
  readonly end: ExchangeEnd
  readonly answer?: Pick<RecordedAnswer, 'status' | 'headers' | 'encoding'>
  readonly got?: Tape
  readonly firstByteMs?: number | undefined
  readonly error?: string
}

const TEXTS = /json|text|xml/i

/** An exchange that takes longer is written aside while it goes on. */
const ASIDE_MS = 20

/** How often what was written is forced onto the disk. */
const SYNC_MS = 1000

/**
 * Opens a recording in a folder, which is made where it is not there. Files are for their owner only; the recording's
 * is made with its first line, as an empty one is no trace. A line is one write, so that a killed process leaves whole
 * lines; onto the disk they go once a second.
 *
 * @param onTrouble hears of what could not be written later on; requests are passed on all the same
 * @throws SFT_RECORD_WRITE
 */
export function openRecording(folder: string, onTrouble: (error: unknown) => void): Recording {
  const name = `proxy-${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`
  const file = join(folder, `${name}.jsonl`)
  let handle: number | undefined
  try {
    makeFolders(folder, 0o700)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw sftError('SFT_RECORD_WRITE', `Nothing can be recorded in ${folder}: ${errorText(error)}.`, {
      cause: error,
    })
  }
  let fresh = false
  const timer = setInterval(() => {
    if (!fresh || handle === undefined) return
    fresh = false
    fdatasync(handle, () => {})
  }, SYNC_MS)
  timer.unref()
  const append = (line: string): void => {
    handle ??= openSync(file, 'ax', 0o600)
    writeLine(handle, line)
    fresh = true
  }
  let exchanges = 0
  return {
    file,
    begin: (request) =>
      openExchange(request, append, openAside(join(folder, `${name}.${++exchanges}.open.jsonl`), onTrouble)),
    close() {
      clearInterval(timer)
      if (handle === undefined) return
      fsyncSync(handle)
      closeSync(handle)
    },
  }
}

function openExchange(request: OpenedRequest, append: (line: string) => void, aside: Aside): OpenExchange {
  const { method, path, headers, api, encoding, sent, scrub } = request
  const id = randomBytes(12).toString('hex')
  const started = new Date()
  const began = performance.now()
  const head = `{"format":"${EXCHANGE}","version":1,"id":"${id}","started":"${started.toISOString()}","api":"${api}","request":{"method":${JSON.stringify(method)},"path":${JSON.stringify(path)},"headers":${JSON.stringify(headers)}`
  const now = (): number => round(performance.now() - began)
  let members: Promise<string> | undefined
  let timer: NodeJS.Timeout | undefined
  const part = (fields: Partial<ExchangePart>): void =>
    aside.add(`${JSON.stringify({ format: EXCHANGE_PART, id, ...fields })}\n`)
  let piece: (data: Buffer, ms: number) => void = () => {}
  return {
    id,
    now,
    requestEnded() {
      // While the model thinks: nobody waits for this. What is answered sooner needs no file of its own.
      timer = setTimeout(async () => {
        members = requestMembers(sent, encoding, scrub)
        aside.begin(`${head}${await members}},"end":"unfinished"}\n`)
      }, ASIDE_MS)
    },
    answerBegan(answer) {
      part({ answer })
      const decoder = new StringDecoder('utf8')
      // What is compressed shows no key; what is text must not.
      piece =
        answer.encoding === undefined && TEXTS.test(answer.headers['content-type'] ?? '')
          ? (data, ms) => part({ text: [ms, scrub(decoder.write(data))] })
          : (data, ms) => part({ base64: [ms, data.toString('base64')] })
    },
    answerGoesOn: (data, ms) => piece(data, ms),
    async end({ end, answer, got, firstByteMs, error }) {
      clearTimeout(timer)
      const ms = now()
      const written = await (members ?? requestMembers(sent, encoding, scrub))
      const body =
        answer !== undefined && got !== undefined
          ? await recordAnswer(got, answer.encoding, answer.headers['content-type'], scrub)
          : {}
      const rest = {
        ...(answer !== undefined && { answer: { ...answer, ...body } }),
        ...(firstByteMs !== undefined && { first_byte_ms: firstByteMs }),
        ms,
        end,
        ...(error !== undefined && { error: scrub(error) }),
      }
      append(`${head}${written}},${JSON.stringify(rest).slice(1)}\n`)
      aside.remove()
    },
  }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
