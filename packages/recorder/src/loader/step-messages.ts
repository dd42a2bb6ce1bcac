import { isJsonObject, type JsonObject, type JsonValue, type LossRecorder, type Message } from '@sftkit/core'
import { isoTime } from './times.ts'

/**
 * The two messages of a step: the action as a call of a tool of its name, and the observation as the tool's result.
 *
 * @param number the step's place in the episode, from 1 on
 * @param whole whether all of the agent's part is there; else it is not learned
 */
export function stepMessages(
  step: JsonObject,
  number: number,
  whole: boolean,
  losses: LossRecorder,
): Message[] {
  const id = `step_${number}`
  const name = typeof step.action_type === 'string' ? step.action_type : 'action'
  const timestamp = isoTime(step.timestamp)
  const lacksContent = step.action_content == null && step.action_content_length != null
  if (lacksContent) losses.loss('step.action_content', 'dropped', 'only its length was recorded: not learned')
  return [
    {
      role: 'assistant',
      content: typeof step.message === 'string' ? step.message : '',
      toolCalls: [{ id, name, arguments: argumentsOf(step) }],
      ...((lacksContent || !whole) && { train: false }),
    },
    {
      role: 'tool',
      content: resultText(step, losses),
      toolCallId: id,
      name,
      ...(timestamp !== undefined && { timestamp }),
    },
  ]
}

/** An action's own arguments come first; a path beside another `path` keeps its whole name. */
function argumentsOf(step: JsonObject): JsonObject {
  const own = isJsonObject(step.action_arguments) ? step.action_arguments : {}
  const fields = ['path', 'query', 'content'].flatMap((name): [string, JsonValue][] => {
    const value = step[`action_${name}`]
    return value == null ? [] : [[Object.hasOwn(own, name) ? `action_${name}` : name, value]]
  })
  return Object.fromEntries([...fields, ...Object.entries(own)]) as JsonObject
}

function resultText(step: JsonObject, losses: LossRecorder): string {
  const { observation_snapshot: seen, error } = step
  if (seen == null || seen === '') return typeof error === 'string' ? error : ''
  return observationText(seen, 'step.observation_snapshot', losses)
}

/** What an agent saw as text; other JSON than a text is written as JSON. */
export function observationText(seen: JsonValue, field: string, losses: LossRecorder): string {
  if (typeof seen === 'string') return seen
  losses.loss(field, 'changed', 'written as JSON text')
  return JSON.stringify(seen)
}
