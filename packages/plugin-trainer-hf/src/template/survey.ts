import { type DatasetRow, type Sequence, sequencesOf } from './dataset-rows.ts'
import { isLearned, type RowMessage } from './messages.ts'

/** Parts of conversations that templates treat differently. */
export type Part =
  | 'system'
  | 'calls'
  | 'callsWithoutTools'
  | 'parallelCalls'
  | 'results'
  | 'textBesideCalls'
  | 'reasoning'
  | 'earlierReasoning'
  | 'severalTurns'
  | 'untrainedTurns'
  | 'controlTokens'

/** How many rows have a part, and the first of them. */
export type Survey = Readonly<Partial<Record<Part, { readonly rows: number; readonly first: DatasetRow }>>>

export interface RowSurvey {
  add(row: DatasetRow): void
  parts(): Survey
}

/** Counts which parts the rows have. @param control texts that the tokenizer takes for control tokens */
export function rowSurvey(control: readonly string[]): RowSurvey {
  const found: { [part in Part]?: { rows: number; first: DatasetRow } } = {}
  return {
    add(row) {
      const parts = new Set(sequencesOf(row).flatMap((sequence) => [...partsOf(sequence, control)]))
      for (const part of parts) {
        const entry = found[part]
        if (entry === undefined) found[part] = { rows: 1, first: row }
        else entry.rows++
      }
    },
    parts: () => found,
  }
}

function* partsOf(sequence: Sequence, control: readonly string[]): Iterable<Part> {
  if (sequence.kind === 'text') return
  const { messages } = sequence
  const lastTurn = messages.findLastIndex(({ role }) => role === 'assistant')
  if (messages.findIndex(({ role }) => role === 'assistant') !== lastTurn) yield 'severalTurns'
  for (const [at, message] of messages.entries()) {
    const calls = message.tool_calls?.length ?? 0
    if (message.role === 'system') yield 'system'
    if (message.role === 'tool') yield 'results'
    if (calls > 0) yield 'calls'
    if (calls > 0 && (sequence.tools ?? []).length === 0) yield 'callsWithoutTools'
    if (calls > 1) yield 'parallelCalls'
    if (calls > 0 && hasText(message)) yield 'textBesideCalls'
    if (message.reasoning_content) yield at === lastTurn ? 'reasoning' : 'earlierReasoning'
    if (message.role === 'assistant' && !isLearned(message)) yield 'untrainedTurns'
    if (typeof message.content === 'string' && hasControl(message.content, control)) yield 'controlTokens'
  }
}

function hasText({ content }: RowMessage): boolean {
  return typeof content === 'string' ? content.trim() !== '' : content !== undefined && content !== null
}

function hasControl(text: string, control: readonly string[]): boolean {
  return control.some((token) => text.includes(token))
}
