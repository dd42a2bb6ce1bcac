import { sftError } from '@sftkit/core'
import { checkRows } from './check-rows.ts'
import { type ModelChat, modelChat } from './checked-model.ts'
import { datasetRows } from './dataset-rows.ts'
import { checkParts, type TemplateWarning } from './drops.ts'
import { type TemplateFacts, templateFacts } from './facts.ts'
import type { Learning } from './learned.ts'
import type { ModelName } from './model-folder.ts'
import { prefixSkew } from './prefix.ts'
import { rowSurvey, type Survey } from './survey.ts'
import { type TrainingTemplate, trainingTemplate } from './training-template.ts'
import { trlTemplates } from './trl-templates.ts'
import { controlTexts, generalWarnings, skewWarning } from './warnings.ts'

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
