import { isJsonObject, type JsonObject, type JsonValue, type LossRecorder } from '@sftkit/core'
import { readArguments } from '../arguments.ts'
import { readChatFields } from '../chat/fields.ts'
import { saysCutOff } from '../cut-off.ts'
import { type DraftCall, type DraftMessage, draftMessage } from '../drafts.ts'
import { readId, readText } from '../values.ts'

const PATH = 'nodes[].completions.build_action.response'

/** Reads a model's answer as it came: Anthropic's blocks, or a chat completion. */
export function readAnswer(response: JsonValue | undefined, losses: LossRecorder): DraftMessage | undefined {
  if (!isJsonObject(response)) {
    const text = readText(response)
    return text === undefined ? undefined : draftMessage('assistant', text)
  }
  if (Array.isArray(response.content)) {
    const answer = readBlocks(response.content as readonly JsonValue[], losses)
    if (answer !== undefined && saysCutOff(response)) answer.train = false
    return answer
  }
  const choice: unknown = Array.isArray(response.choices) ? response.choices[0] : undefined
  const message = isJsonObject(choice) ? choice.message : undefined
  if (!isJsonObject(message)) return undefined
  const { content, reasoning, toolCalls } = readChatFields(
    message,
    `${PATH}.choices[].message`,
    `/${PATH}`,
    losses,
  )
  return draftMessage('assistant', content, {
    reasoning,
    toolCalls,
    train: saysCutOff(choice) ? false : undefined,
  })
}

function readBlocks(blocks: readonly JsonValue[], losses: LossRecorder): DraftMessage | undefined {
  const texts: string[] = []
  const reasoning: string[] = []
  const toolCalls: DraftCall[] = []
  for (const block of blocks) {
    if (!isJsonObject(block)) continue
    const text = readText(block.text)
    const thinking = readText(block.thinking)
    if (block.type === 'tool_use') toolCalls.push(readToolUse(block, losses))
    else if (thinking !== undefined) reasoning.push(thinking)
    else if (text !== undefined) {
      const { thoughts, rest } = splitTags(text)
      if (thoughts !== undefined) reasoning.push(thoughts)
      if (rest !== '') texts.push(rest)
    }
  }
  if (texts.length + reasoning.length + toolCalls.length === 0) return undefined
  return draftMessage('assistant', texts.join('\n\n'), {
    reasoning: reasoning.length === 0 ? undefined : reasoning.join('\n\n'),
    toolCalls: toolCalls.length === 0 ? undefined : toolCalls,
  })
}

function readToolUse(block: JsonObject, losses: LossRecorder): DraftCall {
  return {
    id: readId(block.id) ?? '',
    name: readText(block.name) ?? '',
    ...readArguments(block.input, `${PATH}.content[].input`, losses),
  }
}

const OPEN = '<thoughts>'
const CLOSE = '</thoughts>'

/** The prompt asks for the thoughts in these tags; the harness takes them out as the scratch pad. */
function splitTags(text: string): { readonly thoughts?: string; readonly rest: string } {
  const from = text.indexOf(OPEN)
  const to = from === -1 ? -1 : text.indexOf(CLOSE, from)
  if (to === -1) return { rest: text }
  const around = [text.slice(0, from).trim(), text.slice(to + CLOSE.length).trim()]
  return {
    thoughts: text.slice(from + OPEN.length, to).trim(),
    rest: around.filter((part) => part !== '').join('\n\n'),
  }
}
