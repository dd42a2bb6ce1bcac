import type { Message, ToolDefinition } from '@sftkit/core'

const NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** Why OpenAI's fine-tuning checks would refuse a conversation, as a drop's reason and detail; else nothing. */
export function openAiRefusal(
  messages: readonly Message[],
  tools: readonly ToolDefinition[] | undefined,
): { readonly reason: string; readonly detail?: string } | undefined {
  if (messages.at(-1)?.role !== 'assistant') return { reason: 'end-not-assistant' }
  const unnamed = (tools ?? []).find((tool) => !NAME.test(tool.function.name))
  if (unnamed !== undefined) return { reason: 'tool-name', detail: unnamed.function.name.slice(0, 80) }
  return refusalOfCalls(messages)
}

/** Every call is answered before anyone else speaks, the last turn's calls apart; no answer is without a call. */
function refusalOfCalls(messages: readonly Message[]): { reason: string; detail?: string } | undefined {
  let open = new Set<string>()
  for (const message of messages) {
    if (message.role === 'tool') {
      if (message.toolCallId === undefined || !open.delete(message.toolCallId)) {
        return {
          reason: 'tool-result-without-call',
          ...(message.toolCallId && { detail: message.toolCallId }),
        }
      }
      continue
    }
    const [unanswered] = open
    if (unanswered !== undefined) return { reason: 'tool-call-without-result', detail: unanswered }
    const calls = message.toolCalls ?? []
    const unnamed = calls.find((call) => !NAME.test(call.name))
    if (unnamed !== undefined) return { reason: 'tool-name', detail: unnamed.name.slice(0, 80) }
    const silent = message.role === 'assistant' && calls.length === 0 && message.content.length === 0
    if (silent) return { reason: 'empty-assistant' }
    open = new Set(calls.map((call) => call.id))
  }
  return undefined
}
