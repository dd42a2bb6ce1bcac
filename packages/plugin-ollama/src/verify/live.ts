import { isSftError, type JsonObject } from '@sftkit/core'
import type { ChatReply, OllamaClient } from '../ollama/client.ts'
import { failed, type GateResult, notRun, passed } from './gate.ts'
import type { ChatMessage, Probe } from './probes.ts'
import { ollamaMessage } from './render.ts'

/** A chat of which it is known what the model reads. */
export interface ReadProbe extends Probe {
  /** How many tokens the prompt has, with what the tokenizer puts before it. */
  readonly promptTokens: number
  /** How many of them are the begin of a text. */
  readonly beginTokens: number
}

/** A chat that the model itself answers and stops by itself. */
export interface LiveProbe extends ReadProbe {
  /** How many tokens the model's own answer has, with the one that ends it. */
  readonly answerTokens: number
  /** The calls that the model's own answer makes, where it gives the dataset's answer. */
  readonly calls?: ChatMessage['tool_calls']
}

/** What a model in Ollama has to do as the model itself does. */
export interface LiveProbes {
  /** One of each kind: what is put before a prompt is the same for all of them. */
  readonly read: readonly ReadProbe[]
  /** All of them, for an Ollama that does not show what it renders. */
  readonly readAll: readonly ReadProbe[]
  readonly answer: readonly LiveProbe[]
  /** A chat with the dataset's answer, after which the model itself does not stop. */
  readonly endless?: string | undefined
}

/**
 * Whether a model in Ollama reads prompts whole and once, stops by itself, has the stops that it was given, and returns
 * calls as calls. No single one of these shows a model that babbles.
 */
export async function checkLive(
  client: OllamaClient,
  model: string,
  probes: LiveProbes,
  { stops, shown }: { readonly stops: readonly string[]; readonly shown: boolean },
): Promise<GateResult> {
  const { answer } = probes
  const read = shown ? probes.read : probes.readAll
  const endless = checkStopping(probes)
  if (endless) return endless
  const asked = [...read, ...answer]
  // The same for all of them: Ollama loads a model anew for another one.
  const room = Math.max(...asked.map((probe) => probe.promptTokens + limitOf(probe) + 8))
  for (const probe of asked) {
    const answers = 'answerTokens' in probe
    const limit = limitOf(probe)
    const chat = client.chat({
      model,
      messages: probe.messages.map(ollamaMessage),
      ...(probe.tools && { tools: probe.tools }),
      options: { temperature: 0, num_predict: limit, num_ctx: room, seed: 1 },
    })
    const wrong = await chat.then(
      (reply) =>
        wrongReading(probe, reply, shown) ?? (answers ? wrongAnswer(probe as LiveProbe, reply) : undefined),
      // One token of a call may be refused as a broken one, and says nothing here.
      (error: unknown) => (answers || !shown ? refusal(error) : ignored(error)),
    )
    if (wrong) return failed('live', `${probe.name}: ${wrong.what}`, { probe: probe.name, ...wrong.report })
  }
  const there = stopsOf((await client.show(model))?.parameters)
  const missing = stops.find((stop) => !there.includes(stop))
  if (missing !== undefined)
    return failed('live', `the model in Ollama does not stop at ${missing}`, {
      expected: [...stops],
      found: there,
    })
  if (answer.length === 0) return notRun('live', 'the model itself stops on none of the chats')
  const calls = answer.reduce((sum, probe) => sum + (probe.calls?.length ?? 0), 0)
  return passed('live', `${answer.length} chats stop by themselves, ${calls} calls come back as calls`)
}

/** How many tokens an answer may have: more than the model's own, so that one that does not stop is seen. */
function limitOf(probe: ReadProbe | LiveProbe): number {
  return 'answerTokens' in probe ? probe.answerTokens * 2 + 16 : 1
}

/** What is wrong without a look at Ollama; undefined where nothing is. */
export function checkStopping({ endless }: LiveProbes): GateResult | undefined {
  if (endless === undefined) return undefined
  return failed(
    'live',
    `${endless}: the model gives the dataset's answer and goes on, so what ends a turn is no end of generation for it`,
    { probe: endless },
  )
}

interface Wrong {
  readonly what: string
  readonly report: JsonObject
}

/** What Ollama refuses to answer, as half a call where the model does not stop. */
function refusal(error: unknown): Wrong {
  if (isSftError(error) && error.code === 'SFT_OLLAMA_REFUSED')
    return { what: error.message.replace(/\.$/, ''), report: {} }
  throw error
}

function ignored(error: unknown): undefined {
  refusal(error)
  return undefined
}

/**
 * Not all versions count again what was read for an earlier chat, so fewer tokens alone say nothing, unless nothing
 * else is known of what was read.
 */
function wrongReading(
  { promptTokens, beginTokens }: ReadProbe,
  reply: ChatReply,
  shown: boolean,
): Wrong | undefined {
  const read = reply.prompt_eval_count ?? 0
  const report = { expected: promptTokens, found: read }
  const both = `it reads ${read} tokens, and the prompt has ${promptTokens}`
  if (read > promptTokens) return { what: `${both}: something is put before it twice`, report }
  if (beginTokens > 0 && read === promptTokens - beginTokens)
    return { what: `${both}: the begin of the text is missing`, report }
  return shown || read === promptTokens ? undefined : { what: both, report }
}

function wrongAnswer(probe: LiveProbe, reply: ChatReply): Wrong | undefined {
  const said = (reply.message?.content ?? '').slice(0, 500)
  if (reply.done_reason !== 'stop')
    return {
      what: `it does not stop by itself (${reply.done_reason ?? 'no reason'} after ${reply.eval_count} tokens)`,
      report: { expected: 'stop', found: reply.done_reason ?? null, said },
    }
  if (probe.calls === undefined) return undefined
  const found = (reply.message?.tool_calls ?? []).map((call) => call.function)
  const expected = probe.calls.map((call) => call.function)
  const [wanted, got] = [expected, found].map((list) => JSON.stringify(list.map(sorted)))
  if (wanted === got) return undefined
  return {
    what: found.length === 0 ? 'its call comes back as text' : 'its calls come back otherwise',
    report: { expected: JSON.parse(wanted ?? '[]'), found: JSON.parse(got ?? '[]'), said },
  }
}

/** The stops among the parameters that Ollama shows, which some versions quote. */
function stopsOf(parameters = ''): string[] {
  return parameters.split('\n').flatMap((line) => {
    const value = /^stop\s+(.*)$/.exec(line.trim())?.[1]
    if (value === undefined) return []
    try {
      return [String(JSON.parse(value))]
    } catch {
      return [value]
    }
  })
}

function sorted(call: { name: string; arguments: Readonly<Record<string, unknown>> }): object {
  return { name: call.name, arguments: sortKeys(call.arguments) }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}
