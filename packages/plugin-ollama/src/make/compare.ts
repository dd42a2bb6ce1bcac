import { z } from 'zod'
import type { ModelFolder } from '../checkpoint/model-folder.ts'
import { loadEmbedded } from '../library/embedded.ts'
import { findLibrary } from '../library/find.ts'
import type { Generation } from '../library/protocol.ts'
import { askReference, type ReferenceAnswer } from '../python/reference.ts'
import { notRun } from '../verify/gate.ts'
import { checkGreedy } from '../verify/greedy.ts'
import type { LiveProbe } from '../verify/live.ts'
import { AWKWARD_TEXTS, PROBES, type Probe } from '../verify/probes.ts'
import type { RenderedProbe } from '../verify/render.ts'
import { checkTokens } from '../verify/tokens.ts'
import type { VerificationRecord } from './record.ts'
import { planReference } from './reference-plan.ts'
import type { MakeRequest } from './request.ts'

/** What comparing with the original found out for the gates after it. */
export interface Compared {
  readonly rendered: readonly RenderedProbe[]
  readonly live: readonly LiveProbe[]
}

const SHORT = 1500

const toolSchema = z.looseObject({ function: z.looseObject({ name: z.string() }) })

/** Asks the original and llama.cpp the same, and writes down where they differ. */
export async function compareWithOriginal(
  request: MakeRequest,
  model: ModelFolder,
  gguf: string,
  python: string,
  record: VerificationRecord,
): Promise<Compared> {
  const chats = model.tokenizer.template === undefined ? [] : [...request.rows, ...PROBES]
  const { dtype, greedyTokens } = planReference(model)
  const texts = [...AWKWARD_TEXTS, ...model.tokenizer.special.values()]
  const continued = new Set([...request.rows.slice(0, 4), ...PROBES.slice(0, 1)])
  const answer = await askReference({
    python,
    model: model.path,
    texts,
    chats: [
      ...chats.map((chat) => ({
        ...templateArguments(chat),
        add_generation_prompt: true,
        ...(continued.has(chat) && greedyTokens > 0 && { greedy: greedyTokens }),
      })),
      ...chats.map(withAnswer),
    ],
    dtype,
    signal: request.signal,
  })
  const original = readAnswer(chats, answer)
  if (findLibrary() === undefined) {
    const reason = "llama.cpp's library is not installed: `sft setup serve` installs it"
    record.add(notRun('tokens', reason))
    record.add(notRun('greedy', reason))
    return { rendered: original, live: original.flatMap((chat) => liveProbe(chat, model, chat.own) ?? []) }
  }
  const longest = Math.max(...original.map((chat) => chat.ids.length), 256)
  await using embedded = await loadEmbedded(gguf, {
    contextSize: Math.min(longest, SHORT) + greedyTokens + 8,
    signal: request.signal,
  })
  const tokenised = [
    ...texts.map((text, at) => ({ text, ids: answer.ids[at] ?? [] })),
    ...original.map(({ text, ids }) => ({ text, ids })),
  ]
  record.add(await checkTokens(embedded, tokenised))
  const continuations = original.flatMap(({ name, ids, own }) =>
    own === undefined || ids.length > SHORT
      ? []
      : [{ name, prompt: ids, tokens: own.tokens.slice(0, 48), logprobs: own.logprobs }],
  )
  record.add(
    greedyTokens === 0
      ? notRun('greedy', 'the original does not fit into the memory of this machine')
      : await checkGreedy(embedded, continuations, request.quantization),
  )
  const live: LiveProbe[] = []
  for (const chat of original) {
    if (chat.own?.stopped !== true || chat.ids.length > SHORT) continue
    // Ollama serves the GGUF, so what the GGUF says is what has to come back.
    const said = await embedded.call('generate', { prompt: chat.ids, tokens: chat.own.tokens.length * 2 + 8 })
    const probe = liveProbe(chat, model, said)
    if (probe) live.push(probe)
  }
  return { rendered: original, live }
}

interface OriginalChat extends RenderedProbe {
  readonly ids: readonly number[]
  /** What the original answers, where it was asked. */
  readonly own?: (Generation & { readonly logprobs: readonly number[] }) | undefined
  /** The chat with the dataset's answer, rendered. */
  readonly whole?: string | undefined
  /** How many tokens the tokenizer puts before a text by itself. */
  readonly added: number
}

function readAnswer(chats: readonly Probe[], { chats: answers, added }: ReferenceAnswer): OriginalChat[] {
  return chats.flatMap((chat, at) => {
    const answer = answers[at]
    const whole = answers[chats.length + at]
    if (answer === undefined || 'error' in answer) return []
    const { text, ids, greedy, greedyText, logprobs = [] } = answer
    // A template without tools leaves them out, and Ollama refuses such a chat.
    if (chat.tools !== undefined && !chat.tools.some((tool) => text.includes(toolName(tool)))) return []
    return {
      ...chat,
      text,
      ids,
      added: added.length > 0 && ids[0] !== added[0] ? added.length : 0,
      ...(greedy && {
        own: { tokens: greedy, text: greedyText ?? '', stopped: answer.stopped === true, logprobs },
      }),
      ...(chat.answer && whole && !('error' in whole) && { whole: whole.text }),
    }
  })
}

function liveProbe(
  chat: OriginalChat,
  model: ModelFolder,
  said: Generation | undefined,
): LiveProbe | undefined {
  if (said?.stopped !== true) return undefined
  const { name, messages, tools, answer, whole, text } = chat
  const ends = [...model.tokenizer.special.values()]
  const spoken = ends.reduce(
    (rest, end) => (rest.endsWith(end) ? rest.slice(0, -end.length) : rest),
    said.text,
  )
  const taught = whole?.startsWith(text) ? whole.slice(text.length) : undefined
  const isAnswer =
    taught?.startsWith(spoken) && ends.some((end) => taught.slice(spoken.length).startsWith(end))
  return {
    name,
    messages,
    ...(tools && { tools }),
    promptTokens: chat.ids.length + chat.added,
    answerTokens: said.tokens.length,
    ...(isAnswer && { calls: answer?.tool_calls ?? [] }),
  }
}

function withAnswer(chat: Probe): ReturnType<typeof templateArguments> & { add_generation_prompt: boolean } {
  const messages = chat.answer ? [...chat.messages, chat.answer] : chat.messages
  return { ...templateArguments({ ...chat, messages }), add_generation_prompt: false }
}

function templateArguments({ messages, tools }: Probe): Pick<Probe, 'messages' | 'tools'> {
  return { messages, ...(tools && { tools }) }
}

function toolName(tool: unknown): string {
  return toolSchema.safeParse(tool).data?.function.name ?? '\0'
}
