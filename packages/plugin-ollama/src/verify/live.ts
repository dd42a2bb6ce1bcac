import type { JsonObject } from '@sftkit/core'
import type { ChatReply, OllamaClient } from '../ollama/client.ts'
import { failed, type GateResult, notRun, passed } from './gate.ts'
import type { ChatMessage, Probe } from './probes.ts'
import { ollamaMessage } from './render.ts'

/** A chat that the model itself answers and stops by itself. */
export interface LiveProbe extends Probe {
  /** How many tokens the prompt has, with what the tokenizer puts before it. */
  readonly promptTokens: number
  /** How many tokens the model's own answer has, with the one that ends it. */
  readonly answerTokens: number
  /** The calls that the model's own answer makes, where it gives the dataset's answer. */
  readonly calls?: ChatMessage['tool_calls']
}

/** Whether a model in Ollama reads the prompt whole and once, stops by itself, and returns calls as calls. */
export async function checkLive(
  client: OllamaClient,
  model: string,
  probes: readonly LiveProbe[],
): Promise<GateResult> {
  if (probes.length === 0) return notRun('live', 'the model itself stops on none of the chats')
  let calls = 0
  for (const probe of probes) {
    const limit = probe.answerTokens * 2 + 16
    const reply = await client.chat({
      model,
      messages: probe.messages.map(ollamaMessage),
      ...(probe.tools && { tools: probe.tools }),
      options: { temperature: 0, num_predict: limit, num_ctx: probe.promptTokens + limit + 8, seed: 1 },
    })
    const wrong = wrongAnswer(probe, reply)
    if (wrong) return failed('live', `${probe.name}: ${wrong.what}`, { probe: probe.name, ...wrong.report })
    calls += probe.calls?.length ?? 0
  }
  return passed('live', `${probes.length} chats stop by themselves, ${calls} calls come back as calls`)
}

function wrongAnswer(probe: LiveProbe, reply: ChatReply): { what: string; report: JsonObject } | undefined {
  const said = (reply.message?.content ?? '').slice(0, 500)
  if (reply.done_reason !== 'stop')
    return {
      what: `it does not stop by itself (${reply.done_reason ?? 'no reason'} after ${reply.eval_count} tokens)`,
      report: { expected: 'stop', found: reply.done_reason ?? null, said },
    }
  // What was read for an earlier chat is not counted again, so fewer say nothing.
  const read = reply.prompt_eval_count ?? 0
  if (read > probe.promptTokens)
    return {
      what: `it reads ${read} tokens, and the prompt has ${probe.promptTokens}: something is put before it twice`,
      report: { expected: probe.promptTokens, found: read },
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
