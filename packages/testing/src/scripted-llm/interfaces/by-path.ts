import { chat } from './chat.ts'
import type { Interface } from './interface.ts'
import { messages } from './messages.ts'
import { ollama } from './ollama.ts'
import { responses } from './responses.ts'

/** By path, without a leading `/v1`. */
export const interfaces: Readonly<Record<string, Interface>> = {
  '/chat/completions': chat,
  '/messages': messages,
  '/responses': responses,
  '/api/chat': ollama,
}
