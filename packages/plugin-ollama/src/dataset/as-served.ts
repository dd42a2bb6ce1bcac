import type { AugmentContext, Example, Message, Trace } from '@sftkit/core'
import { servedTool, sortedValue } from './served-tools.ts'

const LISTS = ['messages', 'prompt', 'completion', 'chosen', 'rejected'] as const

/**
 * Writes tools and the arguments of calls as Ollama will show them to the model. What that changes stands in the
 * ledger; an item that stays as it is is returned itself.
 */
export function asServed(item: Trace | Example, context: Pick<AugmentContext, 'lossOf'>): Trace | Example {
  const changes: Record<string, unknown> = {}
  if (item.tools !== undefined && item.tools.length > 0) {
    const served = item.tools.map(servedTool)
    const tools = served.map(({ tool }) => tool)
    if (JSON.stringify(tools) !== JSON.stringify(item.tools)) {
      changes.tools = tools
      context.lossOf(item, 'tools[].function', 'changed', 'in the order in which Ollama writes it')
      for (const key of new Set(served.flatMap(({ dropped }) => dropped)))
        context.lossOf(item, `tools[].function.…${key}`, 'dropped', 'Ollama does not keep it')
    }
  }
  for (const name of LISTS) {
    const messages = (item as unknown as Record<string, unknown>)[name]
    if (!Array.isArray(messages)) continue
    const sorted = (messages as Message[]).map(sortedCalls)
    const count = sorted.filter((message, at) => message !== messages[at]).length
    if (count === 0) continue
    changes[name] = sorted
    context.lossOf(
      item,
      `${name}[].tool_calls[].function.arguments`,
      'changed',
      'keys sorted, as Ollama writes them',
    )
  }
  return Object.keys(changes).length === 0 ? item : { ...item, ...changes }
}

function sortedCalls(message: Message): Message {
  if (message.toolCalls === undefined) return message
  const toolCalls = message.toolCalls.map((call) => ({ ...call, arguments: sortedValue(call.arguments) }))
  return JSON.stringify(toolCalls) === JSON.stringify(message.toolCalls) ? message : { ...message, toolCalls }
}
