import { markedCandidates } from './derive.ts'
import { templateFacts } from './facts.ts'
import { fits } from './fits.ts'
import { turnHeads } from './heads.ts'
import { type ChatTemplate, chatTemplate } from './render.ts'
import type { Survey } from './survey.ts'
import type { ChatTokenizer } from './tokenizer.ts'
import { marksLearnedTurnsOnly } from './untrained.ts'

/** How the learned tokens of conversations are told. */
export interface TrainingTemplate {
  /**
   * - `own`: the model's template has generation marks;
   * - `trl`: TRL trains the template with a patched copy of its own;
   * - `derived`: a copy with marks was made here, and proven to write the same;
   * - `turns`: none could be made: one prompt-completion row for each assistant turn.
   */
  readonly by: 'own' | 'trl' | 'derived' | 'turns'
  /** What rows are tokenised with, here and (unless TRL finds it itself) in the worker; absent for `turns`. */
  readonly template?: ChatTemplate
  /** What goes into `run.json` as `trainingTemplate`; absent where TRL's own way is the same. */
  readonly forRun?: string
}

export interface TrainingTemplateChoice {
  readonly template: ChatTemplate
  readonly tokenizer: ChatTokenizer
  /** TRL's patched copy of this template, from the installed environment. */
  readonly patched?: string
  /** What the rows have. */
  readonly parts: Survey
}

/** Chooses, and where needed makes, the template that marks what is learned. */
export async function trainingTemplate({
  template,
  tokenizer,
  patched,
  parts,
}: TrainingTemplateChoice): Promise<TrainingTemplate> {
  const { special } = tokenizer
  const known = template.marked ? template.source : patched
  if (known !== undefined) {
    const by = template.marked ? 'own' : 'trl'
    if (parts.untrainedTurns === undefined) return { by, template: await chatTemplate(known, special) }
    const forRun = marksLearnedTurnsOnly(known)
    return { by, template: await chatTemplate(forRun, special), forRun }
  }
  const derived = await derivedTemplate(template, tokenizer, parts)
  return derived === undefined
    ? { by: 'turns' }
    : { by: 'derived', template: derived, forRun: derived.source }
}

/** The first copy with marks that writes what the template writes and marks what the assistant makes. */
async function derivedTemplate(
  template: ChatTemplate,
  tokenizer: ChatTokenizer,
  parts: Survey,
): Promise<ChatTemplate | undefined> {
  const { argumentsAs } = templateFacts(template)
  const { special } = tokenizer
  const whole = markedCandidates(template.source, [])
  for (const [at, source] of whole.entries()) {
    const marked = await chatTemplate(source, special).catch(() => undefined)
    if (marked === undefined || !fits(template, marked, argumentsAs, parts)) continue
    const heads = turnHeads(template, marked, tokenizer, argumentsAs)
    const headless = await chatTemplate(markedCandidates(template.source, heads)[at] ?? source, special)
    return fits(template, headless, argumentsAs, parts) ? headless : marked
  }
  return undefined
}
