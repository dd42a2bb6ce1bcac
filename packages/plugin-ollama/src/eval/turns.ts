import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { sftError } from '@sftkit/core'
import { z } from 'zod'
import type { Chat } from '../engine/engine.ts'
import type { ChatMessage } from '../verify/probes.ts'

/** An answer of the dataset, and the chat that it answers. */
export interface HeldOutTurn {
  /** The row's number among those that are evaluated, from 1 on. */
  readonly row: number
  readonly file: string
  /** From 1 on. */
  readonly line: number
  /** The place of the answer among the row's messages, from 0 on. */
  readonly turn: number
  readonly chat: Chat
  readonly reference: ReferenceAnswer
}

/** An answer as a row has it. */
export interface ReferenceAnswer extends ChatMessage {
  readonly reasoning_content?: string
}

const messageSchema = z.looseObject({
  role: z.string(),
  content: z.string().nullish(),
  train: z.boolean().optional(),
  tool_calls: z
    .array(
      z.looseObject({
        function: z.looseObject({
          name: z.string(),
          arguments: z.union([
            z.record(z.string(), z.unknown()),
            z.string().transform((text, context) => {
              const value = z.record(z.string(), z.unknown()).safeParse(json(text))
              if (value.success) return value.data
              context.addIssue({ code: 'custom', message: 'arguments are no JSON object' })
              return z.NEVER
            }),
          ]),
        }),
      }),
    )
    .nullish(),
})
const messages = z.array(messageSchema)
const tools = z.union([z.array(z.unknown()), z.string().transform(json).pipe(z.array(z.unknown()))]).nullish()
/** The rows that have answers: chats, prompts with a completion, pairs, and answers with a label. */
const rowSchema = z.union([
  z.looseObject({ messages, tools }),
  z.looseObject({ prompt: messages, completion: messages, tools, label: z.boolean().optional() }),
  z.looseObject({ prompt: messages, chosen: messages, tools }),
])
type Message = z.output<typeof messageSchema>

/**
 * The learned answers of a dataset's rows, each with what stands before it. Of a pair the better answer counts, of
 * answers with a label the good ones.
 *
 * @param limit the first so many rows
 * @throws SFT_EVAL_ROWS where a line is no row of chats
 */
export async function heldOutTurns(
  files: readonly string[],
  limit = Number.POSITIVE_INFINITY,
): Promise<{ readonly rows: number; readonly turns: readonly HeldOutTurn[] }> {
  const turns: HeldOutTurn[] = []
  let rows = 0
  for (const file of files) {
    let line = 0
    for await (const text of lines(file)) {
      line++
      if (text.trim() === '') continue
      if (rows >= limit) return { rows, turns }
      const parsed = rowSchema.safeParse(json(text))
      if (!parsed.success)
        throw sftError('SFT_EVAL_ROWS', `Line ${line} of ${basename(file)} is no row of chats.`, {
          source: file,
          line,
        })
      rows++
      for (const place of answersOf(parsed.data))
        turns.push({ row: rows, file: basename(file), line, ...place })
    }
  }
  return { rows, turns }
}

function answersOf(row: z.output<typeof rowSchema>): Pick<HeldOutTurn, 'turn' | 'chat' | 'reference'>[] {
  const given = row.tools ?? []
  const turnAt = (all: readonly Message[], turn: number) => ({
    turn,
    chat: {
      messages: all.slice(0, turn).map(withoutNulls),
      ...(given.length > 0 && { tools: given }),
    },
    reference: withoutNulls(all[turn] as Message),
  })
  if ('messages' in row && Array.isArray(row.messages)) {
    const all = row.messages as readonly Message[]
    return all.flatMap((message, turn) =>
      turn > 0 && message.role === 'assistant' && message.train !== false ? [turnAt(all, turn)] : [],
    )
  }
  const { prompt, completion, chosen, label } = row as {
    prompt: Message[]
    completion?: Message[]
    chosen?: Message[]
    label?: boolean
  }
  const [answer] = completion ?? chosen ?? []
  if (label === false || prompt.length === 0 || answer?.role !== 'assistant') return []
  return [turnAt([...prompt, answer], prompt.length)]
}

/** As a template is to see it: keys that are null are not there, nor what is said of learning. */
function withoutNulls({ train: _, ...message }: Message): ReferenceAnswer {
  return Object.fromEntries(
    Object.entries(message).filter(([, value]) => value !== null),
  ) as unknown as ReferenceAnswer
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Node's own reader also ends lines at U+2028, which texts have. */
async function* lines(file: string): AsyncGenerator<string> {
  let begun = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const parts = (begun + (chunk as string)).split('\n')
    begun = parts.pop() ?? ''
    yield* parts
  }
  if (begun !== '') yield begun
}
