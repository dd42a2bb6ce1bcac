import type { Chat, ModelAnswer, ModelCall } from './engine.ts'
import { CALL_MARKS, readBareCalls, readMarkedCalls } from './read-calls.ts'

/** Tags of what a model thinks before it answers. */
const THINKING = [
  ['<think>', '</think>'],
  ['[THINK]', '[/THINK]'],
] as const

type Said = Pick<ModelAnswer, 'text' | 'reasoning' | 'calls' | 'broken'>

/** Takes an answer apart while it is written. */
export interface AnswerReader {
  add(piece: string): void
  /** @param whole everything that was written */
  end(whole: string): Said
}

/**
 * A reader that passes on the text and the thinking piece by piece. What may become a call is held back until it is one.
 *
 * @param prompt what the model was given: it may end with the beginning of a thought
 */
export function answerReader(
  prompt: string,
  { tools = [] }: Pick<Chat, 'tools'>,
  onPiece?: (piece: string, kind: 'text' | 'reasoning') => void,
): AnswerReader {
  const names = new Set(tools.flatMap(toolName))
  const thinks = THINKING.find(([open]) => prompt.trimEnd().endsWith(open))?.[0] ?? ''
  const told = { text: 0, reasoning: 0 }
  let written = thinks
  const tell = (kind: 'text' | 'reasoning', so: string): void => {
    if (so.length > told[kind]) onPiece?.(so.slice(told[kind]), kind)
    told[kind] = Math.max(told[kind], so.length)
  }
  return {
    add(piece) {
      if (onPiece === undefined) return
      written += piece
      const { reasoning, rest, thinking } = takeThinking(written)
      tell('reasoning', held(reasoning))
      if (!thinking) tell('text', held(beforeCalls(rest, names)))
    },
    end(whole) {
      const said = readAnswer(thinks + whole, names)
      tell('reasoning', said.reasoning)
      tell('text', said.text)
      return said
    },
  }
}

/** Takes a whole answer apart. @param names of the tools that the model was given */
export function readAnswer(written: string, names: ReadonlySet<string>): Said {
  const { reasoning, rest } = takeThinking(written)
  const bare = names.size === 0 ? undefined : readBareCalls(rest, names)
  if (bare !== undefined) return { reasoning, text: '', calls: bare, broken: [] }
  const calls: ModelCall[] = []
  const broken: string[] = []
  const text = readMarkedCalls(rest, calls, broken)
  return { reasoning, text: calls.length + broken.length > 0 ? text.trimEnd() : text, calls, broken }
}

function takeThinking(written: string): { reasoning: string; rest: string; thinking: boolean } {
  const begun = written.trimStart()
  for (const [open, close] of THINKING) {
    if (!begun.startsWith(open)) continue
    const end = begun.indexOf(close)
    const reasoning = begun.slice(open.length, end === -1 ? undefined : end).trim()
    const rest = end === -1 ? '' : begun.slice(end + close.length).trimStart()
    return { reasoning, rest, thinking: end === -1 }
  }
  const maybe = begun !== '' && THINKING.some(([open]) => open.startsWith(begun))
  return { reasoning: '', rest: maybe ? '' : written, thinking: maybe }
}

/** The text before the first call; nothing where all of it may be one. */
function beforeCalls(text: string, names: ReadonlySet<string>): string {
  if (names.size > 0 && text.trimStart().startsWith('{')) return ''
  const first = CALL_MARKS.map((mark) => text.indexOf(mark)).filter((at) => at !== -1)
  return first.length === 0 ? text : text.slice(0, Math.min(...first))
}

/** Without an end that may be the beginning of a mark, or white space that a call may follow. */
function held(text: string): string {
  const marks = [...CALL_MARKS, ...THINKING.flat()]
  const longest = Math.max(...marks.map((mark) => mark.length))
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length)
    if (marks.some((mark) => mark.startsWith(end))) return text.slice(0, -length).trimEnd()
  }
  return text.trimEnd()
}

/** The name of a tool's definition, where it has one. */
export function toolName(tool: unknown): string[] {
  const called = (tool as { function?: { name?: unknown } } | null)?.function
  return typeof called?.name === 'string' ? [called.name] : []
}
