import type { TokenizerFacts } from '../checkpoint/model-folder.ts'
import { cutAtDates, withMarkedDates } from './dates.ts'
import { renderJinja } from './jinja.ts'

/** What a GGUF has to say so that a prompt in an engine is the one that the model was trained with. */
export interface ServedTemplate {
  /** Whether a prompt begins with the token of that name; an engine puts it there, and takes the template's own away. */
  readonly beginOfText: boolean
  /** What stands before the template: fixes what engines give it and training does not. */
  readonly before: string
  /** The date that is fixed so. */
  readonly fixedDate?: string
  /** Whether it prints the day's date: each day another prompt, in training and afterwards. */
  readonly printsToday: boolean
}

const DATE = 'sftkit-date'
const QUESTION = { name: 'sample', messages: [{ role: 'user', content: 'sftkit-question' }] }

/**
 * Looks at what a template renders. llama.cpp gives every template today's date as `date_string`, and Llama 3.1's
 * prints a day of 2024 where it is given none, as in training.
 */
export function servedTemplate(tokenizer: TokenizerFacts): ServedTemplate | undefined {
  const { template, bos, eos } = tokenizer
  if (template === undefined) return undefined
  const render = (text: string, more?: Readonly<Record<string, unknown>>): string =>
    renderJinja(text, QUESTION, { bos, eos }, true, more)
  try {
    const plain = render(template)
    const dated = render(template, { date_string: DATE })
    const printsToday = cutAtDates(render(withMarkedDates(template))).formats.length > 0
    const fixed = printsToday ? undefined : inPlaceOf(DATE, dated, plain)
    return {
      beginOfText: bos !== undefined && bos !== '' && plain.startsWith(bos),
      before: fixed === undefined ? '' : `{%- set date_string = ${JSON.stringify(fixed)} %}`,
      ...(fixed !== undefined && { fixedDate: fixed }),
      printsToday,
    }
  } catch {
    // What our Jinja cannot render is found by the gate that compares renderings.
    return undefined
  }
}

/** What a text has where another, otherwise equal one has a mark. */
function inPlaceOf(mark: string, marked: string, text: string): string | undefined {
  const [before, after, more] = marked.split(mark)
  if (before === undefined || after === undefined || more !== undefined) return undefined
  return text.startsWith(before) && text.endsWith(after)
    ? text.slice(before.length, text.length - after.length)
    : undefined
}
