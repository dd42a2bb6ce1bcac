import { statSync } from 'node:fs'
import { errorText, sftError } from '@sftkit/core'
import type { ModelChat } from './checked-model.ts'
import { type DatasetRow, datasetRows, rowName } from './dataset-rows.ts'
import { refused, type TemplateWarning } from './drops.ts'
import { type LearnedText, type Learning, learnedText, learnedTokens, trainedSequences } from './learned.ts'
import { isLearned } from './messages.ts'
import { stopTokens, turnEnd } from './turn-ends.ts'

/**
 * So many rows are rendered and tokenised, evenly over all of them, and fewer where they are long: about a second of work.
 * Every row is looked at for the parts it has.
 */
const CHECKED = 200
const CHECKED_BYTES = 1024 * 1024
const CHECKED_AT_LEAST = 20

/** A model's chat, and whether it is known how TRL marks its template: without an environment it is not. */
interface KnownChat extends ModelChat {
  readonly sure: boolean
}

/**
 * Renders and tokenises some of the rows, and looks at what is learned of each and how it ends.
 *
 * @returns how many were looked at, and the known warnings with those that were found
 * @throws SFT_TEMPLATE_REFUSED, SFT_TEMPLATE_UNLEARNED, SFT_TEMPLATE_END, SFT_TEMPLATE_BEGIN
 */
export async function checkRows(
  files: readonly string[],
  rows: number,
  learning: Learning,
  chat: KnownChat,
  known: readonly TemplateWarning[],
): Promise<{ readonly checked: number; readonly warnings: readonly TemplateWarning[] }> {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  const many = Math.min(CHECKED, Math.ceil((rows * CHECKED_BYTES) / Math.max(1, bytes)))
  const every = Math.max(1, Math.ceil(rows / Math.max(CHECKED_AT_LEAST, many)))
  const warnings = [...known]
  let checked = 0
  for await (const row of datasetRows(files, every)) {
    const warning = checkRow(row, learning, chat)
    if (warning !== undefined && !warnings.some(({ code }) => code === warning.code)) warnings.push(warning)
    checked++
  }
  return { checked, warnings }
}

function checkRow(row: DatasetRow, learning: Learning, chat: KnownChat): TemplateWarning | undefined {
  let warning: TemplateWarning | undefined
  const sequences = trainedSequences(row, learning)
  if (sequences.length === 0) throw unlearned(row, chat, { text: '', spans: [] })
  for (const sequence of sequences) {
    let learned: LearnedText
    try {
      learned = learnedText(sequence, learning)
    } catch (error) {
      throw refused(chat.model, 'A row has what no turn may be', errorText(error), row)
    }
    if (sequence.kind === 'text' || (sequence.given === undefined && !learning.assistantOnly)) continue
    const turns = sequence.messages.filter(isLearned).length
    const made = learned.spans.filter(({ from, until }) => until > from).length
    if (turns === 0 || made === 0) throw unlearned(row, chat, learned)
    const tokens = learnedTokens(learned, chat.tokenizer)
    if (tokens === undefined) continue
    if (!tokens.mask.includes(1)) throw unlearned(row, chat, learned)
    warning ??= checkEnds(row, chat, tokens)
  }
  return warning
}

function checkEnds(
  row: DatasetRow,
  chat: KnownChat,
  tokens: NonNullable<ReturnType<typeof learnedTokens>>,
): TemplateWarning | undefined {
  const [first, second] = tokens.encoded.ids
  const begin = chat.tokenizer.special.bos_token
  const place = { source: row.file, line: row.line }
  if (begin !== undefined && first === second && first === chat.tokenizer.idOf(begin))
    throw sftError('SFT_TEMPLATE_BEGIN', `${rowName(row)} begins with ${begin} twice.`, place)
  const end = turnEnd(tokens, chat)
  const stops = stopTokens(chat)
  if (end === undefined || !(end.isControl || stops.has(end.id))) {
    const text = `The last learned token of ${rowName(row)} is ${JSON.stringify(end?.token ?? '')}, which ends no turn: ${chat.model} would not learn to stop.`
    if (chat.sure) throw sftError('SFT_TEMPLATE_END', text, place)
    return {
      code: 'end',
      text: `${text} TRL may mark this template itself, which an environment would tell: \`sft setup train\`.`,
    }
  }
  if (stops.size === 0 || stops.has(end.id)) return undefined
  const names = [...stops].map((id) => chat.tokenizer.decode([id])).join(', ')
  return {
    code: 'stop',
    text: `Turns end with ${end.token}, and ${chat.model} is told to stop at ${names}: whoever serves it has to name ${end.token} as a stop.`,
  }
}

function unlearned(row: DatasetRow, chat: ModelChat, { text }: LearnedText): Error {
  const end = text.length > 160 ? `…${text.slice(-160)}` : text
  return sftError(
    'SFT_TEMPLATE_UNLEARNED',
    `No token of ${rowName(row)} would be learned with the chat template of ${chat.model}. It ends: ${JSON.stringify(end)}.`,
    { source: row.file, line: row.line },
  )
}
