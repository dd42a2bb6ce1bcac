import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { redactSecrets, sftError } from '@sftkit/core'
import { z } from 'zod'
import { type HttpAnswer, type HttpRequest, httpAnswer } from './http.ts'
import { jsonLines } from './json-lines.ts'

/** Ollama's REST api, as far as it is used. Every call throws SFT_OLLAMA_UNREACHABLE or SFT_OLLAMA_REFUSED. */
export interface OllamaClient {
  readonly url: string
  /** Its version, or nothing where nobody answers. */
  version(): Promise<string | undefined>
  hasBlob(digest: string): Promise<boolean>
  putBlob(digest: string, file: string, onProgress?: (bytes: number) => void): Promise<void>
  /** Is seen to its end, also where the signal is aborted: an Ollama that nobody listens to keeps what it has begun. */
  create(body: CreateBody): Promise<void>
  copy(source: string, destination: string): Promise<void>
  /** Also where there is none. */
  remove(model: string): Promise<void>
  show(model: string): Promise<ShownModel | undefined>
  /** The models that are there. */
  list(): Promise<readonly ListedModel[]>
  chat(body: ChatBody): Promise<ChatReply>
  chatStream(body: ChatBody): AsyncIterable<ChatReply>
}

export interface CreateBody {
  readonly model: string
  /** Digests of blobs by file name. */
  readonly files?: Readonly<Record<string, string>>
  /** A model to begin with, instead of files. */
  readonly from?: string
  /** A second model that guesses ahead of the first; older versions do not know it. */
  readonly draft_files?: Readonly<Record<string, string>>
  readonly template?: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

export interface ChatBody {
  readonly model: string
  readonly messages: readonly unknown[]
  readonly tools?: readonly unknown[]
  readonly options?: Readonly<Record<string, unknown>>
  readonly think?: boolean
  /** False: a chat that is too long is an error; older versions do not know it. */
  readonly truncate?: boolean
  readonly shift?: boolean
  readonly _debug_render_only?: boolean
}

const shownSchema = z.looseObject({
  template: z.string().optional(),
  /** As lines of a Modelfile, without the word PARAMETER. */
  parameters: z.string().optional(),
  capabilities: z.array(z.string()).optional(),
})
export type ShownModel = z.infer<typeof shownSchema>

const listedSchema = z.looseObject({
  name: z.string(),
  digest: z.string().optional(),
  details: z.looseObject({ family: z.string().optional() }).optional(),
})
export type ListedModel = z.infer<typeof listedSchema>

const chatSchema = z.looseObject({
  message: z
    .looseObject({
      content: z.string().default(''),
      thinking: z.string().optional(),
      tool_calls: z
        .array(
          z.looseObject({
            function: z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
          }),
        )
        .optional(),
    })
    .optional(),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
  _debug_info: z.looseObject({ rendered_template: z.string() }).optional(),
})
export type ChatReply = z.infer<typeof chatSchema>

/** @param url without a slash at its end */
export function ollamaClient(url: string, signal?: AbortSignal): OllamaClient {
  const send = async (
    method: string,
    path: string,
    body?: HttpRequest['body'],
    stoppable = true,
  ): Promise<HttpAnswer> => {
    try {
      return await httpAnswer({ method, url: `${url}${path}`, body, signal: stoppable ? signal : undefined })
    } catch (cause) {
      signal?.throwIfAborted()
      throw unreachable(url, cause)
    }
  }
  const accepted = async (answer: HttpAnswer): Promise<HttpAnswer> => {
    if (answer.ok) return answer
    throw await refused(answer)
  }
  const post = async (path: string, body: object, stoppable = true): Promise<HttpAnswer> =>
    accepted(await send('POST', path, JSON.stringify(body), stoppable))
  const reading = async function* ({ body }: HttpAnswer): AsyncIterable<Record<string, unknown>> {
    try {
      yield* jsonLines(body)
    } catch (cause) {
      signal?.throwIfAborted()
      throw unreachable(url, cause, 'It stopped in the middle of an answer.')
    }
  }
  const parsed = async <T>(answer: HttpAnswer, schema: z.ZodType<T>): Promise<T> => {
    try {
      return schema.parse(JSON.parse(await text(answer.body)))
    } catch (cause) {
      signal?.throwIfAborted()
      throw unreachable(url, cause, 'What came back is no whole answer of Ollama.')
    }
  }
  const chatStream = async function* (body: ChatBody): AsyncIterable<ChatReply> {
    for await (const line of reading(await post('/api/chat', { ...body, stream: true }))) {
      if (typeof line.error === 'string') throw refusal(line.error)
      yield chatSchema.parse(line)
    }
  }

  return {
    url,
    version: async () => {
      const answer = await send('GET', '/api/version').catch(() => undefined)
      if (!answer?.ok) {
        answer?.body.resume()
        return undefined
      }
      const named = await parsed(answer, z.object({ version: z.string() })).catch(() => undefined)
      return named?.version
    },
    hasBlob: async (digest) => {
      const { ok, body } = await send('HEAD', `/api/blobs/${digest}`)
      body.resume()
      return ok
    },
    putBlob: async (digest, file, onProgress) => {
      const { size } = await stat(file)
      let sent = 0
      const stream = createReadStream(file, { highWaterMark: 1 << 20 }).on('data', (part) => {
        sent += part.length
        onProgress?.(sent)
      })
      try {
        const answer = await send('POST', `/api/blobs/${digest}`, { stream, bytes: size })
        ;(await accepted(answer)).body.resume()
      } finally {
        stream.destroy()
      }
    },
    create: async (body) => {
      signal?.throwIfAborted()
      let last = ''
      // The status is 200 from the first line on; what goes wrong later is a line of its own.
      for await (const line of reading(await post('/api/create', { ...body, stream: true }, false))) {
        if (typeof line.error === 'string') throw refusal(line.error)
        if (typeof line.status === 'string') last = line.status
      }
      if (last !== 'success')
        throw unreachable(url, undefined, `It stopped while it made the model, at "${last}".`)
      signal?.throwIfAborted()
    },
    copy: async (source, destination) => {
      ;(await post('/api/copy', { source, destination })).body.resume()
    },
    remove: async (model) => {
      const answer = await send('DELETE', '/api/delete', JSON.stringify({ model, name: model }))
      if (answer.status !== 404) await accepted(answer)
      answer.body.resume()
    },
    show: async (model) => {
      const answer = await send('POST', '/api/show', JSON.stringify({ model, name: model }))
      if (answer.status !== 404) return parsed(await accepted(answer), shownSchema)
      answer.body.resume()
      return undefined
    },
    list: async () => {
      const answer = await accepted(await send('GET', '/api/tags'))
      return (await parsed(answer, z.object({ models: z.array(listedSchema).nullable() }))).models ?? []
    },
    chat: async (body) => {
      const answer = await parsed(await post('/api/chat', { ...body, stream: false }), chatSchema)
      if (typeof answer.error === 'string') throw refusal(answer.error)
      return answer
    },
    chatStream,
  }
}

async function refused({ status, body }: HttpAnswer): Promise<Error> {
  const whole = await text(body).catch(() => '')
  let said = whole
  try {
    said = z.object({ error: z.string() }).parse(JSON.parse(whole)).error
  } catch {
    // Not from Ollama: what stands between may answer with a page.
  }
  return refusal(said.slice(0, 500) || `status ${status}`)
}

function refusal(said: string): Error {
  return sftError('SFT_OLLAMA_REFUSED', `Ollama says: ${redactSecrets(said)}.`)
}

function unreachable(url: string, cause: unknown, what = 'Nothing answers.'): Error {
  return sftError('SFT_OLLAMA_UNREACHABLE', `Ollama at ${redactSecrets(url)} cannot be reached. ${what}`, {
    cause,
  })
}
