import type { ModelChat } from './checked-model.ts'
import { rowName } from './dataset-rows.ts'
import type { TemplateWarning } from './drops.ts'
import type { TemplateFacts } from './facts.ts'
import type { PrefixSkew } from './prefix.ts'
import type { Survey } from './survey.ts'

/** What is to be said of a template whatever the rows have, and of rows that spell control tokens. */
export function generalWarnings(
  model: string,
  facts: TemplateFacts,
  { calls, callsWithoutTools, controlTokens }: Survey,
): TemplateWarning[] {
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
  if (calls !== undefined && callsWithoutTools !== undefined)
    warnings.push({
      code: 'no-tools',
      text: `${callsWithoutTools.rows} of ${calls.rows} ${calls.rows === 1 ? 'row that calls tools names none' : 'rows that call tools name none'} in \`tools\`: the model learns to call them without being told of them, and no tools are named to it where it is served. The first: ${rowName(callsWithoutTools.first)}.`,
    })
  return warnings
}

/** Says that turns are trained behind other words than those that are served. */
export function skewWarning(model: string, { served, trained }: PrefixSkew): TemplateWarning {
  return {
    code: 'prefix',
    text: `Turns are trained behind other words than ${model} is given where it is served: ${JSON.stringify(trained)} where that has ${JSON.stringify(served)}. \`prompt-completion\` rows, one for each turn, train what is served.`,
  }
}

/** Control tokens that a message could spell. */
export function controlTexts({ tokenizer }: ModelChat): string[] {
  return [...tokenizer.added.values()].filter(({ special }) => special).map(({ content }) => content)
}
