import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { redactSecrets, sftError } from '@sftkit/core'
import { z } from 'zod'
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
    body?: string | ReadableStream,
    stoppable = true,
  ): Promise<Response> => {
    try {
      const init = {
        method,
        signal: (stoppable && signal) || null,
        ...(body !== undefined && { body }),
        duplex: 'half',
      }
      return await fetch(`${url}${path}`, init as RequestInit)
    } catch (cause) {
      signal?.throwIfAborted()
      throw unreachable(url, cause)
    }
  }
  const post = async (path: string, body: object, stoppable = true): Promise<Response> => {
    const response = await send('POST', path, JSON.stringify(body), stoppable)
    if (!response.ok) throw await refused(response)
    return response
  }
  const reading = async function* (response: Response): AsyncIterable<Record<string, unknown>> {
    try {
      yield* jsonLines(response)
    } catch (cause) {
      signal?.throwIfAborted()
      throw unreachable(url, cause, 'It stopped in the middle of an answer.')
    }
  }
  const chatStream = async function* (body: ChatBody): AsyncIterable<ChatReply> {
    const response = await post('/api/chat', { ...body, stream: true })
    for await (const line of reading(response)) {
      if (typeof line.error === 'string') throw refusal(line.error)
      yield chatSchema.parse(line)
    }
  }

  return {
    url,
    version: async () => {
      const response = await send('GET', '/api/version').catch(() => undefined)
      if (!response?.ok) return undefined
      return z.object({ version: z.string() }).safeParse(await response.json().catch(() => undefined)).data
        ?.version
    },
    hasBlob: async (digest) => (await send('HEAD', `/api/blobs/${digest}`)).ok,
    putBlob: async (digest, file, onProgress) => {
      let sent = 0
      const stream = createReadStream(file, { highWaterMark: 1 << 20 }).on('data', (part) => {
        sent += part.length
        onProgress?.(sent)
      })
      await stat(file)
      const response = await send('POST', `/api/blobs/${digest}`, Readable.toWeb(stream) as ReadableStream)
      if (!response.ok) throw await refused(response)
      await response.body?.cancel()
    },
    create: async (body) => {
      signal?.throwIfAborted()
      const response = await post('/api/create', { ...body, stream: true }, false)
      let last = ''
      // The status is 200 from the first line on; what goes wrong later is a line of its own.
      for await (const { error, status } of reading(response)) {
        if (typeof error === 'string') throw refusal(error)
        if (typeof status === 'string') last = status
      }
      if (last !== 'success')
        throw unreachable(url, undefined, `It stopped while it made the model, at "${last}".`)
      signal?.throwIfAborted()
    },
    copy: async (source, destination) => {
      await (await post('/api/copy', { source, destination })).body?.cancel()
    },
    remove: async (model) => {
      const response = await send('DELETE', '/api/delete', JSON.stringify({ model, name: model }))
      if (!response.ok && response.status !== 404) throw await refused(response)
      await response.body?.cancel()
    },
    show: async (model) => {
      const response = await send('POST', '/api/show', JSON.stringify({ model, name: model }))
      if (response.status === 404) return undefined
      if (!response.ok) throw await refused(response)
      return shownSchema.parse(await response.json())
    },
    list: async () => {
      const response = await send('GET', '/api/tags')
      if (!response.ok) throw await refused(response)
      return z.object({ models: z.array(listedSchema).nullable() }).parse(await response.json()).models ?? []
    },
    chat: async (body) => {
      const response = await post('/api/chat', { ...body, stream: false })
      const answer = (await response.json()) as Record<string, unknown>
      if (typeof answer.error === 'string') throw refusal(answer.error)
      return chatSchema.parse(answer)
    },
    chatStream,
  }
}

async function refused(response: Response): Promise<Error> {
  const text = await response.text().catch(() => '')
  let said = text
  try {
    said = z.object({ error: z.string() }).parse(JSON.parse(text)).error
  } catch {
    // Not from Ollama: what stands between may answer with a page.
  }
  return refusal(said.slice(0, 500) || `status ${response.status}`)
}

function refusal(said: string): Error {
  return sftError('SFT_OLLAMA_REFUSED', `Ollama says: ${redactSecrets(said)}.`)
}

function unreachable(url: string, cause: unknown, what = 'Nothing answers.'): Error {
  return sftError('SFT_OLLAMA_UNREACHABLE', `Ollama at ${redactSecrets(url)} cannot be reached. ${what}`, {
    cause,
  })
}
