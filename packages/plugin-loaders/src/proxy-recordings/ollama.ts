import { isJsonObject, type JsonObject, type JsonValue, type LoadedTrace } from '@sftkit/core'
import type { ToolsReader } from '../chat/tools.ts'
import type { LossLedger } from '../losses.ts'
import { readText } from '../values.ts'
import { readTurns } from './chat.ts'
import type { ReadExchange } from './exchange.ts'

/** A call of Ollama's own chat. */
export function readOllamaChat(
  exchange: ReadExchange,
  readTools: ToolsReader,
  losses: LossLedger,
): LoadedTrace[] {
  const { messages } = exchange.request
  const list = Array.isArray(messages) ? (messages as readonly JsonValue[]) : []
  const { message, done_reason: finish } = exchange.answer
  return [
    readTurns(
      exchange,
      list.map((one, at) => (isJsonObject(one) ? asChat(one, `/request/body/messages/${at}`, losses) : one)),
      isJsonObject(message) ? asChat(message, '/answer', losses) : undefined,
      readText(finish),
      readTools,
      losses,
    ),
  ]
}

/** A call of its completion: system and prompt as messages. */
export function readOllamaGenerate(
  exchange: ReadExchange,
  readTools: ToolsReader,
  losses: LossLedger,
): LoadedTrace[] {
  const { prompt, system, images } = exchange.request
  const { response, thinking, done_reason: finish } = exchange.answer
  const said = readText(prompt)
  // A call without a prompt loads the model.
  if (said === undefined) return []
  losses.loss('request.body.prompt', 'changed', 'read as a message of role user')
  const list: JsonValue[] = [
    ...(readText(system) === undefined ? [] : [{ role: 'system', content: readText(system) ?? '' }]),
    asChat({ role: 'user', content: said, ...(images != null && { images }) }, '/request/body', losses),
  ]
  const answer =
    typeof response === 'string'
      ? asChat(
          { role: 'assistant', content: response, ...(thinking != null && { thinking }) },
          '/answer',
          losses,
        )
      : undefined
  return [readTurns(exchange, list, answer, readText(finish), readTools, losses)]
}

/** Its messages in the words of Chat Completions. Images stay where they are: the message has references to them. */
function asChat(message: JsonObject, place: string, losses: LossLedger): JsonObject {
  const { images, thinking, content, ...rest } = message
  const pictures = Array.isArray(images) ? images.length : 0
  if (pictures > 0) losses.loss('request.body.messages[].images', 'changed', 'references', pictures)
  return {
    ...rest,
    content:
      pictures === 0
        ? (content ?? '')
        : [
            { type: 'text', text: content ?? '' },
            ...Array.from({ length: pictures }, (_, at) => ({
              type: 'image',
              url: `#${place}/images/${at}`,
            })),
          ],
    ...(thinking != null && { reasoning: thinking }),
  }
}
