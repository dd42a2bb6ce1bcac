import { type SftError, sftError } from '@sftkit/core'
import { rowName } from './dataset-rows.ts'
import type { Fate, TemplateFacts } from './facts.ts'
import type { Part, Survey } from './survey.ts'

/** Something that a person should know and that stops nothing. */
export interface TemplateWarning {
  readonly code: string
  readonly text: string
}

interface Rule {
  readonly part: Part
  readonly fact: (facts: TemplateFacts) => Fate
  readonly name: string
  /** Why a template that leaves it out is no error; absent: it is one. */
  readonly only?: string
}

const RULES: readonly Rule[] = [
  { part: 'calls', fact: ({ calls }) => calls, name: 'tool calls' },
  {
    part: 'parallelCalls',
    fact: ({ parallelCalls }) => parallelCalls,
    name: 'several tool calls in one turn',
  },
  { part: 'results', fact: ({ results }) => results, name: 'tool results' },
  {
    part: 'system',
    fact: ({ system }) => system,
    name: 'system prompts',
    only: 'the model sees none in training, and none where it is served',
  },
  {
    part: 'textBesideCalls',
    fact: ({ textBesideCalls }) => textBesideCalls,
    name: 'text beside tool calls',
    only: 'it is not learned',
  },
  {
    part: 'reasoning',
    fact: ({ reasoning }) => reasoning,
    name: 'reasoning',
    only: 'the model learns to answer without it',
  },
  {
    part: 'earlierReasoning',
    // A template that writes no reasoning at all has nothing to be said of earlier turns.
    fact: ({ reasoning, earlierReasoning }) => (reasoning === 'kept' ? earlierReasoning : reasoning),
    name: 'reasoning in turns that others follow',
    only: 'it is not learned. Where the template keeps that of the last turn, `prompt-completion` rows, one for each turn, teach it',
  },
]

/**
 * Compares what rows have with what the template writes.
 *
 * @returns warnings for what is merely not learned
 * @throws SFT_TEMPLATE_DROPS, SFT_TEMPLATE_REFUSED with the first row that has what the template lacks
 */
export function checkParts(model: string, facts: TemplateFacts, survey: Survey): TemplateWarning[] {
  const warnings: TemplateWarning[] = []
  for (const { part, fact, name, only } of RULES) {
    const had = survey[part]
    const fate = fact(facts)
    if (had === undefined || fate === 'kept') continue
    const rows = had.rows === 1 ? '1 row has' : `${had.rows} rows have`
    if (fate !== 'dropped') throw refused(model, `${rows} ${name}`, fate.refused, had.first)
    if (only === undefined)
      throw sftError(
        'SFT_TEMPLATE_DROPS',
        `${rows} ${name}, and the chat template of ${model} leaves them out. The first: ${rowName(had.first)}.`,
        {
          source: had.first.file,
          line: had.first.line,
        },
      )
    warnings.push({
      code: `drops-${kebab(part)}`,
      text: `${rows} ${name}, and the chat template of ${model} leaves it out: ${only}.`,
    })
  }
  return warnings
}

/** The error for rows that the template raises at. */
export function refused(
  model: string,
  what: string,
  why: string,
  row: { readonly file: string; readonly line: number; readonly value: Readonly<Record<string, unknown>> },
): SftError {
  return sftError(
    'SFT_TEMPLATE_REFUSED',
    `${what}, which the chat template of ${model} refuses: ${why.replace(/[.!\s]+$/, '')}. The first: ${rowName(row)}.`,
    { source: row.file, line: row.line },
  )
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
