import { sftError } from '@sftkit/core'
import { type GgufValue, readGguf } from '../gguf/read.ts'
import { renderJinja } from '../template/jinja.ts'
import { endOfTurn } from '../template/stops.ts'
import type { Chat } from './engine.ts'

/** How a GGUF has chats written, by what stands in it. */
export interface GgufChat {
  /** The text that the model continues with its answer; without `prompt` the chat alone. @throws SFT_MODEL_TEMPLATE */
  render(chat: Chat, prompt: boolean): string
  /** The begin-of-text token that is put before a text that does not have it. */
  readonly begin?: number
  /** The token that ends an assistant's turn in the template, where it is one. */
  readonly turnEnd?: number
}

/** Control tokens, in `tokenizer.ggml.token_type`. */
const CONTROL = 3

/** @throws SFT_MODEL_GGUF where the file is none, SFT_MODEL_TEMPLATE where it has no chat template */
export function readGgufChat(gguf: string): GgufChat {
  const metadata = metadataOf(gguf)
  const of = (key: string): GgufValue | undefined => metadata[`tokenizer.ggml.${key}`]
  const template = metadata['tokenizer.chat_template']
  if (typeof template !== 'string' || template === '')
    throw sftError('SFT_MODEL_TEMPLATE', `${gguf} has no chat template.`)
  const texts = list(of('tokens')).map(String)
  const types = list(of('token_type'))
  const token = (name: string): { id: number; text: string } | undefined => {
    const id = of(`${name}_token_id`)
    return typeof id === 'number' && texts[id] !== undefined ? { id, text: texts[id] } : undefined
  }
  const begin = of('add_bos_token') === true ? token('bos') : undefined
  const special = { bos: token('bos')?.text, eos: token('eos')?.text }
  const control = texts.filter((_, id) => types[id] === CONTROL)
  const end = endOfTurn(template, control, special)
  const turnEnd = end === undefined ? -1 : texts.indexOf(end)
  return {
    ...(begin !== undefined && { begin: begin.id }),
    ...(turnEnd >= 0 && { turnEnd }),
    render(chat, prompt) {
      try {
        return renderJinja(template, { name: 'chat', ...chat }, special, prompt)
      } catch (cause) {
        throw sftError(
          'SFT_MODEL_TEMPLATE',
          `The chat template of ${gguf} refuses the chat: ${(cause as Error).message}`,
          { cause },
        )
      }
    },
  }
}

function metadataOf(gguf: string): ReturnType<typeof readGguf>['metadata'] {
  try {
    return readGguf(gguf).metadata
  } catch (cause) {
    throw sftError('SFT_MODEL_GGUF', `${gguf} is no GGUF file: ${(cause as Error).message}.`, { cause })
  }
}

function list(value: GgufValue | undefined): readonly GgufValue[] {
  return Array.isArray(value) ? value : []
}
