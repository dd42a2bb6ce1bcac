import { z } from 'zod'
import type { ModelFolder } from '../checkpoint/model-folder.ts'
import { loadEmbedded } from '../library/embedded.ts'
import { findLibrary } from '../library/find.ts'
import type { Generation } from '../library/protocol.ts'
import type { PythonProcess } from '../python/process.ts'
import { askReference, type ReferenceAnswer } from '../python/reference.ts'
import { notRun } from '../verify/gate.ts'
import { type Continuation, checkGreedy } from '../verify/greedy.ts'
import type { LiveProbe, LiveProbes } from '../verify/live.ts'
import { AWKWARD_TEXTS, PROBES, type Probe } from '../verify/probes.ts'
import type { RenderedProbe } from '../verify/render.ts'
import { checkTokens } from '../verify/tokens.ts'
import { type ContinuedChat, continueAlone, continueChats } from './continue-chats.ts'
import type { VerificationRecord } from './record.ts'
import { greedyTokensFor } from './reference-plan.ts'
import type { MakeRequest } from './request.ts'

/** What comparing with the original found out for the gates after it. */
export interface Compared {
  readonly rendered: readonly RenderedProbe[]
  readonly live: LiveProbes
}

const SHORT = 1500
/** Tokens of a continuation that are compared one by one. */
const JUDGED = 48

const toolSchema = z.looseObject({ function: z.looseObject({ name: z.string() }) })

/** Asks the original and llama.cpp the same, and writes down where they differ. */
export async function compareWithOriginal(
  request: MakeRequest,
  model: ModelFolder,
  gguf: string,
  python: PythonProcess,
  record: VerificationRecord,
  stops: readonly string[],
): Promise<Compared> {
  const chats = model.tokenizer.template === undefined ? [] : [...request.rows, ...PROBES]
  // As they stand in a chat: some tokenizers put a space before a text, but not after the begin of text.
  const begin = model.tokenizer.bos ?? ''
  const texts = [...AWKWARD_TEXTS, ...model.tokenizer.special.values()].map((text) => `${begin}${text}`)
  const ends = [...model.tokenizer.special].flatMap(([id, text]) => (stops.includes(text) ? [id] : []))
  const answer = await askReference({
    python,
    model: model.path,
    texts,
    chats: [
      ...chats.map((chat) => ({ ...templateArguments(chat), add_generation_prompt: true })),
      ...chats.map(withAnswer),
    ],
  })
  const original = readAnswer(chats, answer, model.tokenizer.bos)
  const reads = { read: chatsToRead(original), readAll: original.filter(isShort) }
  const short = original.filter(isShort)
  const rows = short.filter(({ name }) => request.rows.some((row) => row.name === name))
  const continued = [...rows.slice(0, 4), ...short.filter((chat) => !rows.includes(chat)).slice(0, 1)]
  const alone = findLibrary() === undefined
  const limit = greedyTokensFor(model, alone)
  const prompts = limit === 0 ? [] : continued.map(({ ids }) => ids)
  const asking = { python, model: model.path, prompts, limit, ends }
  if (alone) {
    const reason = "llama.cpp's library is not installed: `sft setup serve` installs it"
    record.add(notRun('tokens', reason))
    record.add(notRun('greedy', reason))
    const answers = await continueAlone(asking)
    const live = answers.flatMap(({ own }, at) => liveProbe(continued[at], model, own) ?? [])
    return { rendered: original, live: { ...reads, answer: live, endless: endlessChat(continued, answers) } }
  }
  const longest = Math.max(...original.map((chat) => chat.ids.length), 256)
  await using embedded = await loadEmbedded(gguf, {
    contextSize: Math.min(longest, SHORT) + limit * 2 + 16,
    signal: request.signal,
  })
  const tokenised = [
    ...texts.map((text, at) => ({ text, ids: answer.ids[at] ?? [] })),
    ...original.map(({ text, ids }) => ({ text, ids })),
  ]
  record.add(await checkTokens(embedded, tokenised))
  const answers = await continueChats(asking, embedded)
  const continuations = answers.map(({ own, draft }, at): Continuation => {
    const tokens = own.tokens.slice(0, JUDGED)
    const same = tokens.every((token, place) => token === draft?.tokens[place])
    return {
      name: continued[at]?.name ?? '',
      prompt: continued[at]?.ids ?? [],
      tokens,
      logprobs: own.logprobs,
      ...(same && { chosen: draft?.logprobs?.slice(0, tokens.length) }),
    }
  })
  record.add(
    limit === 0
      ? notRun('greedy', 'the original does not fit into the memory of this machine')
      : await checkGreedy(embedded, continuations, request.quantization),
  )
  const live: LiveProbe[] = []
  for (const [at, { own, draft }] of answers.entries()) {
    const chat = continued[at]
    if (chat === undefined || !own.stopped) continue
    // Ollama serves the GGUF, so what the GGUF says is what has to come back.
    const tokens = own.tokens.length * 2 + 8
    const said = draft?.stopped ? draft : await embedded.call('generate', { prompt: chat.ids, tokens, ends })
    const probe = liveProbe(chat, model, said)
    if (probe) live.push(probe)
  }
  return { rendered: original, live: { ...reads, answer: live, endless: endlessChat(continued, answers) } }
}

interface OriginalChat extends RenderedProbe {
  readonly ids: readonly number[]
  /** The chat with the dataset's answer, rendered. */
  readonly whole?: string | undefined
  /** The prompt's tokens, as they were trained. */
  readonly promptTokens: number
  /** How many of them are the begin of the text, whoever puts it there. */
  readonly beginTokens: number
}

function readAnswer(chats: readonly Probe[], { chats: answers }: ReferenceAnswer, bos = ''): OriginalChat[] {
  return chats.flatMap((chat, at) => {
    const answer = answers[at]
    const whole = answers[chats.length + at]
    if (answer === undefined || 'error' in answer) return []
    const { text, ids } = answer
    // A template without tools leaves them out, and Ollama refuses such a chat.
    if (chat.tools !== undefined && !chat.tools.some((tool) => text.includes(toolName(tool)))) return []
    return {
      ...chat,
      text,
      ids,
      // The GGUF says that a begin of text is put before a prompt where the template prints one, and not elsewhere.
      promptTokens: ids.length,
      beginTokens: bos !== '' && text.startsWith(bos) ? 1 : 0,
      ...(chat.answer && whole && !('error' in whole) && { whole: whole.text }),
    }
  })
}

function isShort({ ids }: OriginalChat): boolean {
  return ids.length <= SHORT
}

function chatsToRead(original: readonly OriginalChat[]): OriginalChat[] {
  const short = original.filter(isShort)
  return [short.find(({ tools }) => !tools), short.find(({ tools }) => tools)].filter(
    (chat) => chat !== undefined,
  )
}

/** A chat to which the model gives the dataset's answer with what ends the turn, and does not stop. */
function endlessChat(chats: readonly OriginalChat[], answers: readonly ContinuedChat[]): string | undefined {
  return chats.find(({ text, whole }, at) => {
    const own = answers[at]?.own
    if (own === undefined || own.stopped || !whole?.startsWith(text)) return false
    return own.text.startsWith(whole.slice(text.length).trimEnd())
  })?.name
}

function liveProbe(
  chat: OriginalChat | undefined,
  model: ModelFolder,
  said: Pick<Generation, 'tokens' | 'text' | 'stopped'>,
): LiveProbe | undefined {
  if (chat === undefined || !said.stopped) return undefined
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
    promptTokens: chat.promptTokens,
    beginTokens: chat.beginTokens,
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
