import { statSync } from 'node:fs'
import { errorText, sftError } from '@sftkit/core'
import { type ModelChat, modelChat } from './checked-model.ts'
import { type DatasetRow, datasetRows, rowName } from './dataset-rows.ts'
import { checkParts, refused, type TemplateWarning } from './drops.ts'
import { type TemplateFacts, templateFacts } from './facts.ts'
import { type LearnedText, type Learning, learnedText, learnedTokens, trainedSequences } from './learned.ts'
import { isLearned } from './messages.ts'
import type { ModelName } from './model-folder.ts'
import { type PrefixSkew, prefixSkew } from './prefix.ts'
import { rowSurvey, type Survey } from './survey.ts'
import { type TrainingTemplate, trainingTemplate } from './training-template.ts'
import { trlTemplates } from './trl-templates.ts'
import { stopTokens, turnEnd } from './turn-ends.ts'

/** What a training is about to be given. */
export interface TemplateCheckInput {
  readonly model: ModelName
  /** JSON-lines or parquet files of all splits that are read. */
  readonly files: readonly string[]
  /** The training environment's interpreter, where there is one: its TRL says which templates it trains itself. */
  readonly python?: string
  /** Whether only the assistant's tokens are learned (`assistant_only_loss`); default true. */
  readonly assistantOnly?: boolean
  readonly signal: AbortSignal
}

/** What was found: how rows are tokenised, and what a person should know. */
export interface TemplateCheck {
  readonly chat: ModelChat
  /** Absent where rows are plain texts. */
  readonly facts?: TemplateFacts
  readonly survey: Survey
  readonly training?: TrainingTemplate
  readonly learning: Learning
  readonly argumentsAs: 'object' | 'text'
  readonly warnings: readonly TemplateWarning[]
  readonly rows: number
  /** Rows whose text and tokens were looked at. */
  readonly checked: number
}

/**
 * So many rows are rendered and tokenised, evenly over all of them, and fewer where they are long: about a second of work.
 * Every row is looked at for the parts it has.
 */
const CHECKED = 200
const CHECKED_BYTES = 1024 * 1024
const CHECKED_AT_LEAST = 20

/**
 * Finds out, before anything is launched, whether a model's chat template writes what the rows have, which tokens are
 * learned, and whether the end of a turn is among them.
 *
 * @throws SFT_TEMPLATE_MODEL, SFT_TEMPLATE_NONE, SFT_TEMPLATE_ROW, SFT_TEMPLATE_DROPS, SFT_TEMPLATE_REFUSED,
 *   SFT_TEMPLATE_UNLEARNED, SFT_TEMPLATE_END, SFT_TEMPLATE_BEGIN
 */
export async function checkTemplate(input: TemplateCheckInput): Promise<TemplateCheck> {
  const { model, files, signal, assistantOnly = true } = input
  const chat = await modelChat(model, signal)
  const survey = rowSurvey(controlTexts(chat))
  let rows = 0
  let chats = false
  for await (const row of datasetRows(files)) {
    signal.throwIfAborted()
    survey.add(row)
    rows++
    chats ||= typeof row.value.text !== 'string' && typeof row.value.completion !== 'string'
  }
  const parts = survey.parts()
  const base = { chat, survey: parts, rows }
  const plain: Learning = { tokenizer: chat.tokenizer, assistantOnly: false, argumentsAs: 'object' }
  if (!chats) return { ...base, learning: plain, argumentsAs: 'object', warnings: [], checked: 0 }
  const { template, tokenizer } = chat
  if (template === undefined)
    throw sftError(
      'SFT_TEMPLATE_NONE',
      `${model.path} has no chat template, and the rows are conversations.`,
      {
        source: model.path,
      },
    )
  const facts = templateFacts(template)
  const patched =
    input.python === undefined ? undefined : (await trlTemplates(input.python)).get(template.source)
  const training = await trainingTemplate({
    template,
    tokenizer,
    parts,
    ...(patched !== undefined && { patched }),
  })
  // What is learned is told by the template that is trained with: TRL's copies keep reasoning that the model's own drops.
  const { reasoning, earlierReasoning } = training.template ? templateFacts(training.template) : facts
  const warnings = [
    ...checkParts(model.path, { ...facts, reasoning, earlierReasoning }, parts),
    ...generalWarnings(model.path, facts, parts),
  ]
  const learning: Learning = {
    tokenizer,
    template,
    assistantOnly,
    argumentsAs: facts.argumentsAs,
    ...(training.template !== undefined && { marked: training.template }),
  }
  const skew = training.template && prefixSkew(template, training.template, facts.argumentsAs, parts)
  if (skew !== undefined && assistantOnly) warnings.push(skewWarning(model.path, skew))
  const sure = input.python !== undefined || training.by === 'own'
  const sample = await checkRows(files, rows, learning, { ...chat, sure }, warnings)
  return { ...base, facts, training, learning, argumentsAs: facts.argumentsAs, ...sample }
}

function generalWarnings(model: string, facts: TemplateFacts, { controlTokens }: Survey): TemplateWarning[] {
  const warnings: TemplateWarning[] = []
  if (facts.printsDate)
    warnings.push({
      code: 'prints-date',
      text: `The chat template of ${model} writes the day's date into every conversation: rows are tokenised with the day of training.`,
    })
  if (controlTokens !== undefined)
    warnings.push({
      code: 'control-tokens',
      text: `${controlTokens.rows} ${controlTokens.rows === 1 ? 'row has' : 'rows have'} control tokens of the model written out in a message, which are read as such. The first: ${rowName(controlTokens.first)}.`,
    })
  return warnings
}

function skewWarning(model: string, { served, trained }: PrefixSkew): TemplateWarning {
  return {
    code: 'prefix',
    text: `Turns are trained behind other words than ${model} is given where it is served: ${JSON.stringify(trained)} where that has ${JSON.stringify(served)}. \`prompt-completion\` rows, one for each turn, train what is served.`,
  }
}

/** Control tokens that a message could spell. */
function controlTexts({ tokenizer }: ModelChat): string[] {
  return [...tokenizer.added.values()].filter(({ special }) => special).map(({ content }) => content)
}

/** A model's chat, and whether it is known how TRL marks its template: without an environment it is not. */
interface KnownChat extends ModelChat {
  readonly sure: boolean
}

async function checkRows(
  files: readonly string[],
  rows: number,
  learning: Learning,
  chat: KnownChat,
  known: readonly TemplateWarning[],
): Promise<Pick<TemplateCheck, 'checked' | 'warnings'>> {
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
