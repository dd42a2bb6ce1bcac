import { type DatasetRow, datasetRows, rowName, type Sequence } from '../template/dataset-rows.ts'
import { type Learning, learnedText, learnedTokens, trainedSequences } from '../template/learned.ts'
import type { ChatTokenizer } from '../template/tokenizer.ts'
import type { Cut } from './cut.ts'

/** What is trained of a row, as the model reads it. */
export interface MarkedSequence {
  /** Decoded, learned parts between ⟦ and ⟧, ↵ for a learned newline at their edges; long parts are shortened, and say by how many tokens. */
  readonly text: string
  readonly tokens: number
  /** Learned tokens among those that `max_length` keeps. */
  readonly learned: number
  /** How many tokens `max_length` keeps; absent where it keeps all. The text has ✂ where it cuts. */
  readonly kept?: number
}

/** One row; of a preference this is what is chosen. */
export interface MarkedRow extends MarkedSequence {
  readonly name: string
  /** The other answer of a preference. */
  readonly rejected?: MarkedSequence
  /** Of an unpaired answer: whether it is a good one. */
  readonly label?: boolean
}

/** Among so many rows at the beginning the one that is shown is looked for. */
const LOOKED_AT = 50
const SHOWN_TOKENS = 120

/** A row with a tool call where there is one, as short as possible, decoded from its tokens. */
export async function markedRow(
  files: readonly string[],
  learning: Learning,
  cut: Cut,
): Promise<MarkedRow | undefined> {
  let best: { readonly row: DatasetRow; readonly rank: number } | undefined
  let looked = 0
  for await (const row of datasetRows(files)) {
    if (looked++ === LOOKED_AT) break
    const text = JSON.stringify(row.value)
    const rank = text.length + (text.includes('"tool_calls"') ? 0 : 1e9)
    if (best === undefined || rank < best.rank) best = { row, rank }
  }
  if (best === undefined) return undefined
  const { value } = best.row
  const [first, second] = trainedSequences(best.row, learning)
  const marked = first && markedSequence(first, learning, cut)
  if (marked === undefined) return undefined
  const rejected = second && value.rejected !== undefined ? markedSequence(second, learning, cut) : undefined
  return {
    name: rowName(best.row),
    ...marked,
    ...(rejected !== undefined && { rejected }),
    ...(typeof value.label === 'boolean' && { label: value.label }),
  }
}

function markedSequence(
  sequence: Sequence,
  learning: Learning,
  { maxLength = Number.POSITIVE_INFINITY, keepsEnd }: Cut,
): MarkedSequence | undefined {
  const tokens = learnedTokens(learnedText(sequence, learning), learning.tokenizer)
  if (tokens === undefined) return undefined
  const { encoded, mask } = tokens
  const length = mask.length
  const sum = (): number => mask.reduce((before, one) => before + one, 0)
  if (length <= maxLength)
    return { text: parts(encoded.ids, mask, learning.tokenizer), tokens: length, learned: sum() }
  const edge = keepsEnd ? length - maxLength : maxLength
  // What is cut is not learned.
  if (keepsEnd) mask.fill(0, 0, edge)
  else mask.fill(0, edge)
  const [before, after] = [
    parts(encoded.ids.slice(0, edge), mask.slice(0, edge), learning.tokenizer),
    parts(encoded.ids.slice(edge), mask.slice(edge), learning.tokenizer),
  ]
  const sign = `✂ max_length ${maxLength}: what is ${keepsEnd ? 'before' : 'behind'} this is cut ✂`
  return { text: `${before}\n${sign}\n${after}`, tokens: length, learned: sum(), kept: maxLength }
}

function parts(ids: readonly number[], mask: Uint8Array, tokenizer: ChatTokenizer): string {
  let text = ''
  for (let from = 0; from < ids.length; ) {
    let until = from
    while (until < ids.length && mask[until] === mask[from]) until++
    const part = shortened(ids.slice(from, until), tokenizer)
    text += mask[from] === 1 ? marked(part) : part
    from = until
  }
  return text
}

/** A newline that is learned at an edge is shown as ↵, so that the marks stand beside words. */
function marked(part: string): string {
  const ends = part.endsWith('\n')
  const shown = (ends ? part.slice(0, -1) : part).replace(/^\n/, '↵\n')
  return ends ? `⟦${shown}↵⟧\n` : `⟦${shown}⟧`
}

function shortened(ids: readonly number[], tokenizer: ChatTokenizer): string {
  if (ids.length <= SHOWN_TOKENS) return tokenizer.decode(ids)
  const half = SHOWN_TOKENS / 2
  const left = ids.length - 2 * half
  return `${tokenizer.decode(ids.slice(0, half))} … ${left} more tokens … ${tokenizer.decode(ids.slice(-half))}`
}
