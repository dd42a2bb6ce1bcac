import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FakeOllama, fakeOllama, lines } from './fake-ollama.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies of an api of which each version takes other fields
type Body = any

/** How some version of Ollama behaves, as far as registering a model shows. */
export interface ScriptedVersion {
  readonly version: string
  /** What it renders for a model with this Go template, or without one. */
  render(template: string | undefined, body: Body): string
  /** Whether it knows `_debug_render_only`; one that does not answers the chat. Default: yes. */
  readonly shows?: boolean
  /** How many tokens a text has. */
  tokens(text: string): number
  /** What it says to a chat. */
  readonly answers?: (body: Body, response: ServerResponse) => Body
}

export interface ScriptedOllama extends FakeOllama {
  /** The bodies of the calls that make models. */
  readonly created: readonly Body[]
  /** The models that are there. */
  names(): string[]
}

/** An Ollama of any version: it keeps models as one does, and answers by a script. */
export async function scriptedOllama(script: ScriptedVersion): Promise<ScriptedOllama> {
  const models = new Map<string, Body>()
  const created: Body[] = []
  const reply = (response: ServerResponse, body: object, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const full = (name: string): string => (/:[^/]*$/.test(name) ? name : `${name}:latest`)
  const chat = (body: Body, response: ServerResponse): void => {
    const model = models.get(full(body.model))
    if (model === undefined) {
      reply(response, { error: 'model not found' }, 404)
      return
    }
    const text = script.render(model.template, body)
    if (body._debug_render_only && script.shows !== false) {
      reply(response, { _debug_info: { rendered_template: text } })
      return
    }
    const answer = script.answers?.(body, response)
    if (response.destroyed) return
    reply(response, {
      ...{ done: true, done_reason: 'stop', eval_count: 3, prompt_eval_count: script.tokens(text) },
      ...answer,
      message: { role: 'assistant', content: 'Good day.', ...answer?.message },
    })
  }
  const server = await fakeOllama({
    'GET /api/version': (_, response) => reply(response, { version: script.version }),
    'HEAD /api/blobs/*': (_, response) => response.writeHead(404).end(),
    'POST /api/create': (request, response, body: Body) => {
      created.push(body)
      models.set(full(body.model), body)
      lines({ status: 'parsing GGUF' }, { status: 'success' })(request as IncomingMessage, response)
    },
    'POST /api/copy': (_, response, { source, destination }: Body) => {
      models.set(full(destination), models.get(full(source)))
      response.writeHead(200).end()
    },
    'DELETE /api/delete': (_, response, { model }: Body) =>
      response.writeHead(models.delete(full(model)) ? 200 : 404).end(),
    'POST /api/show': (_, response, { model }: Body) => {
      const shown = models.get(full(model))
      if (shown === undefined) return reply(response, { error: 'not found' }, 404)
      const stops: string[] = shown.parameters?.stop ?? []
      reply(response, { parameters: stops.map((stop) => `stop    ${JSON.stringify(stop)}`).join('\n') })
    },
    'GET /api/tags': (_, response) =>
      reply(response, { models: [...models.keys()].map((name) => ({ name })) }),
    'POST /api/chat': (_, response, body: Body) => chat(body, response),
  })
  return { ...server, created, names: () => [...models.keys()] }
}
