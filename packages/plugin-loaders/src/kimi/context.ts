import {
  type ContentPart,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LossRecorder,
  type Message,
} from '@sftkit/core'
import { contentOf } from '../anthropic/blocks.ts'
import { readArguments } from '../arguments.ts'
import { roleOf } from '../chat/roles.ts'
import { readToolCalls } from '../chat/tool-calls.ts'
import { isCutOff, saysCutOff } from '../cut-off.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { readMedia } from '../media.ts'
import { pairCalls } from '../pairing.ts'
import { readParts } from '../session/parts.ts'
import { readId, readNumber, readText } from '../values.ts'

/** The model's context as a wire file's rows build it up. */
export interface KimiContext {
  systemPrompt(text: string, timestamp: string | undefined): void
  /** What the user wrote; it enters the context with the message that follows. */
  prompt(input: unknown, timestamp: string | undefined, place: string): void
  message(message: JsonObject, timestamp: string | undefined, place: string): void
  loopEvent(event: JsonObject, timestamp: string | undefined, place: string): void
  /** The context begins anew. */
  clear(): void
  /** The last turns of the user, and all after them, are taken back. */
  undo(count: number): void
  /** The context is replaced by the user's messages and a summary of it. */
  compact(summary: JsonObject, timestamp: string | undefined): void
  /** Each context in which something was said, the last one last. */
  end(): EndedContext[]
}

/** A context's messages, and why the session went on without it. */
export interface EndedContext {
  readonly messages: Message[]
  readonly ended?: 'cleared' | 'compacted' | 'undone'
}

const EVENT = 'context.append_loop_event.event'

export function createContext(losses: LossRecorder): KimiContext {
  const left: { readonly drafts: DraftMessage[]; readonly ended: NonNullable<EndedContext['ended']> }[] = []
  let drafts: DraftMessage[] = []
  /** How many messages the context began with: with no more than these, nothing was said in it. */
  let given = 0
  const leave = (ended: NonNullable<EndedContext['ended']>, copy = drafts): void => {
    if (drafts.length > given) left.push({ drafts: copy, ended })
    step = undefined
  }
  const begin = (next: DraftMessage[]): void => {
    drafts = next
    given = next.length
  }
  /** Messages that the user wrote, and not the program in the user's name. */
  const own = new Set<DraftMessage>()
  let step:
    | { readonly id: string | undefined; readonly message: DraftMessage; readonly parts: ContentPart[] }
    | undefined
  let prompt: string | undefined
  /** Prompts that no message has followed yet, by their content. */
  const waiting = new Map<string, { readonly number: number; readonly draft: DraftMessage }[]>()
  let prompts = 0
  let hasMessages = false

  const parts = (content: unknown, path: string, place: string): ContentPart[] =>
    readParts(content, path, place, losses, readMediaPart)
  const enterPrompts = (): void => {
    if (hasMessages) return
    const inOrder = [...waiting.values()].flat().sort((a, b) => a.number - b.number)
    for (const { draft } of inOrder) drafts.push(draft)
    waiting.clear()
  }
  const currentStep = (id: string | undefined, timestamp: string | undefined): NonNullable<typeof step> => {
    if (step !== undefined && (id === undefined || step.id === undefined || step.id === id)) return step
    enterPrompts()
    step = { id, message: draftMessage('assistant', '', { timestamp }), parts: [] }
    drafts.push(step.message)
    return step
  }
  return {
    systemPrompt: (text, timestamp) => {
      if (text === prompt) return
      prompt = text
      const [first] = drafts
      if (drafts.every(({ role }) => role === 'system') && first !== undefined) {
        losses.loss(
          'config.update.systemPrompt',
          'changed',
          'written again before the first turn: the last one is read',
        )
        first.content = text
      } else drafts.push(draftMessage('system', text, { timestamp }))
    },
    prompt: (input, timestamp, place) => {
      const content = contentOf(parts(input, 'turn.prompt.input', `${place}/input`))
      const key = JSON.stringify(content)
      const same = waiting.get(key) ?? []
      waiting.set(key, same)
      same.push({ number: prompts++, draft: draftMessage('user', content, { timestamp }) })
    },
    message: (message, timestamp, place) => {
      step = undefined
      const draft = readMessage(
        message,
        timestamp,
        losses,
        parts(message.content, 'context.append_message.message.content', `${place}/message/content`),
      )
      if (draft.role === 'user') {
        hasMessages = true
        const key = JSON.stringify(draft.content)
        const same = waiting.get(key)
        same?.shift()
        if (same?.length === 0) waiting.delete(key)
      }
      if (!isJsonObject(message.origin) || message.origin.kind === 'user') own.add(draft)
      drafts.push(draft)
    },
    loopEvent: (event, timestamp, place) => {
      const stepId = readText(event.stepUuid)
      switch (event.type) {
        case 'step.begin':
          step = undefined
          enterPrompts()
          break
        case 'content.part': {
          const { message, parts: into } = currentStep(stepId, timestamp)
          const part = isJsonObject(event.part) ? event.part : {}
          const thought = part.type === 'think' ? readText(part.think) : undefined
          if (thought !== undefined)
            message.reasoning = message.reasoning === undefined ? thought : `${message.reasoning}\n${thought}`
          into.push(...parts([part], `${EVENT}.part`, `${place}/event/part`))
          message.content = contentOf(into)
          break
        }
        case 'tool.call': {
          const { message } = currentStep(stepId, timestamp)
          const args = readArguments(event.args, `${EVENT}.args`, losses)
          const id = readId(event.toolCallId) ?? readId(event.uuid) ?? ''
          message.toolCalls ??= []
          message.toolCalls.push({ id, name: readText(event.name) ?? '', ...args })
          break
        }
        case 'tool.result': {
          const toolCallId = readId(event.toolCallId) ?? readId(event.parentUuid)
          const content = contentOf(resultParts(event.result as JsonValue, place, parts))
          drafts.push(
            draftMessage('tool', content, { ...(toolCallId !== undefined && { toolCallId }), timestamp }),
          )
          break
        }
        case 'step.end':
          if (step !== undefined && (isCutOff(event.rawFinishReason) || saysCutOff(event)))
            step.message.train = false
          step = undefined
      }
    },
    clear: () => {
      leave('cleared')
      begin(prompt === undefined ? [] : [draftMessage('system', prompt)])
    },
    undo: (count) => {
      const users = drafts.flatMap(({ role }, index) => (role === 'user' ? [index] : []))
      const from = users.at(-Math.max(1, count))
      if (from === undefined) return
      leave('undone', drafts.map(copyOf))
      drafts = drafts.slice(0, from)
      given = Math.min(given, from)
    },
    compact: ({ contextSummary, summary, keptUserMessageCount }, timestamp) => {
      const text = readText(contextSummary) ?? readText(summary)
      if (text === undefined) return
      const written = drafts.filter((draft) => draft.role === 'user' && own.has(draft))
      const count = readNumber(keptUserMessageCount) ?? 0
      const kept = count > 0 ? written.slice(-count).map((draft) => ({ ...draft, copied: true })) : []
      leave('compacted')
      begin([
        ...(prompt === undefined ? [] : [draftMessage('system', prompt)]),
        ...kept,
        draftMessage('user', text, { timestamp }),
      ])
    },
    end: () => {
      enterPrompts()
      const never = [...waiting.values()].flat().length
      if (never > 0) losses.loss('turn.prompt.input', 'dropped', 'never given to the model', never)
      const fields = { callId: `${EVENT}.toolCallId`, resultId: `${EVENT}.result` }
      if (drafts.length === given && left.length === 0) return []
      const last = drafts.length > given ? [{ drafts }] : []
      return [...left, ...last].map(({ drafts: said, ...ended }) => ({
        messages: pairCalls(said, fields, losses),
        ...ended,
      }))
    },
  }
}

/** Pairing changes drafts in place: a branch has its own. */
function copyOf(draft: DraftMessage): DraftMessage {
  return {
    ...draft,
    ...(draft.toolCalls !== undefined && { toolCalls: draft.toolCalls.map((call) => ({ ...call })) }),
  }
}

function readMessage(
  message: JsonObject,
  timestamp: string | undefined,
  losses: LossRecorder,
  parts: readonly ContentPart[],
): DraftMessage {
  const role = roleOf(readText(message.role) ?? '') ?? 'user'
  const thoughts = Array.isArray(message.content)
    ? message.content.flatMap((part: JsonValue) =>
        isJsonObject(part) && part.type === 'think' ? (readText(part.think) ?? []) : [],
      )
    : []
  const calls =
    role === 'assistant'
      ? readToolCalls(message.toolCalls, 'context.append_message.message.toolCalls', losses)
      : undefined
  const toolCallId = role === 'tool' ? readId(message.toolCallId) : undefined
  return draftMessage(role, contentOf(parts), {
    ...(thoughts.length > 0 && { reasoning: thoughts.join('\n') }),
    ...(calls !== undefined && { toolCalls: calls }),
    ...(toolCallId !== undefined && { toolCallId }),
    timestamp,
  })
}

type ReadContent = (content: unknown, path: string, place: string) => ContentPart[]

/** A result's output; the note is what the program adds to it for the model. */
function resultParts(result: JsonValue, place: string, parts: ReadContent): ContentPart[] {
  if (!isJsonObject(result)) return parts(result, `${EVENT}.result`, `${place}/event/result`)
  const output = parts(result.output, `${EVENT}.result.output`, `${place}/event/result/output`)
  const note = readText(result.note)
  return note === undefined ? output : [...output, { type: 'text', text: note }]
}

const MEDIA: Readonly<Record<string, string>> = {
  image_url: 'imageUrl',
  audio_url: 'audioUrl',
  video_url: 'videoUrl',
}

function readMediaPart(part: JsonObject, path: string, place: string): ContentPart | undefined {
  const key = MEDIA[readText(part.type) ?? '']
  if (key === undefined) return undefined
  const source = part[key] ?? part[String(part.type)]
  const uri = isJsonObject(source) ? source.url : source
  return readMedia({ type: part.type as string, url: readText(uri) ?? '' }, path, place, { loss: () => {} })
}
