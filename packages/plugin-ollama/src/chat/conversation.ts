import type { AnswerOptions, Engine, ModelAnswer, ModelCall } from '../engine/engine.ts'
import type { ChatMessage } from '../verify/probes.ts'

export interface ConversationOptions extends Omit<AnswerOptions, 'signal'> {
  readonly system?: string | undefined
  readonly tools?: readonly unknown[] | undefined
  /** What a tool gives back. */
  resultOf(call: ModelCall): Promise<string>
  onAnswer?(answer: ModelAnswer): void
}

export interface Conversation {
  /** Has a prompt answered, and goes on while the model calls tools. An aborted signal ends the answer under way. */
  ask(prompt: string, signal?: AbortSignal): Promise<void>
}

/** A model that only calls is not listened to for ever. */
const MOST_ROUNDS = 25

/** A conversation of several turns, kept in memory. */
export function openConversation(engine: Engine, options: ConversationOptions): Conversation {
  const { system, tools, resultOf, onAnswer, ...how } = options
  const messages: ChatMessage[] = system === undefined ? [] : [{ role: 'system', content: system }]
  let calls = 0
  const answerOnce = async (signal: AbortSignal | undefined): Promise<boolean> => {
    const chat = { messages: [...messages], ...(tools !== undefined && { tools }) }
    const answer = await engine.answer(chat, { ...how, ...(signal && { signal }) })
    onAnswer?.(answer)
    const made = answer.calls.map((call) => ({ id: idOf(++calls), call }))
    messages.push(assistantMessage(answer, made))
    for (const { id, call } of made) {
      const content = await resultOf(call)
      messages.push({ role: 'tool', tool_call_id: id, name: call.name, content })
    }
    return made.length > 0 && answer.end !== 'cancelled'
  }
  return {
    async ask(prompt, signal) {
      const before = messages.length
      messages.push({ role: 'user', content: prompt })
      try {
        for (let round = 0; round < MOST_ROUNDS && (await answerOnce(signal)); round++);
      } catch (error) {
        // What was not answered is not part of the conversation.
        messages.splice(before)
        throw error
      }
    },
  }
}

function assistantMessage(
  { text }: ModelAnswer,
  made: readonly { readonly id: string; readonly call: ModelCall }[],
): ChatMessage {
  if (made.length === 0) return { role: 'assistant', content: text }
  return {
    role: 'assistant',
    content: text,
    tool_calls: made.map(({ id, call }) => ({ id, type: 'function', function: call })),
  }
}

/** Nine letters and digits: some templates take no other id. */
function idOf(number: number): string {
  return `call${String(number).padStart(5, '0')}`
}
