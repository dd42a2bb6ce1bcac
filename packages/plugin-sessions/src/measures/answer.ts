import { z } from 'zod'
import { keyOf, type Named, named, ofTrace, type PerTrace, parseMeasure } from './options.ts'
import type { Measure } from './types.ts'

export interface AnswerOptions extends Named {
  /** The text, or several of which one has to fit; a pattern for what varies. */
  readonly is: PerTrace<string | RegExp | readonly (string | RegExp)[]>
  /**
   * Compares texts without regard to case, punctuation, articles and white space. Default false: only white space at
   * the ends is not looked at.
   */
  readonly normalized?: boolean
}

const pattern = z.union([z.string(), z.instanceof(RegExp)])
const perTrace = z.custom<(...args: never) => unknown>(
  (value) => typeof value === 'function',
  'or a function',
)
const answerSchema = z.strictObject({
  ...named,
  is: z.union([pattern, z.array(pattern).min(1), perTrace]),
  normalized: z.boolean().default(false),
})

/** The final answer is one of the texts, or fits one of the patterns. */
export function answer(input: AnswerOptions): Measure {
  const { name = 'answer', normalized } = parseMeasure('answer', answerSchema, input)
  const spelled = normalized ? normalize : (text: string): string => text.trim()
  return {
    name,
    options: { is: keyOf(input.is), normalized },
    run({ trace, finalAnswer }) {
      const wanted = [ofTrace(input.is, trace, 'expected answer')].flat() as (string | RegExp)[]
      const given = spelled(finalAnswer)
      const passed = wanted.some((one) =>
        typeof one === 'string' ? spelled(one) === given : fits(one, finalAnswer),
      )
      return passed ? { passed } : { passed, reason: `the final answer is ${shown(finalAnswer)}` }
    },
  }
}

export interface ContainsOptions extends Named {
  /** Texts that all have to stand in the final answer. */
  readonly all?: PerTrace<readonly string[]>
  /** Texts of which one is enough. */
  readonly any?: PerTrace<readonly string[]>
  /** Default false. */
  readonly ignoreCase?: boolean
}

const texts = z.union([z.array(z.string()).min(1), perTrace])
const containsSchema = z
  .strictObject({
    ...named,
    all: texts.optional(),
    any: texts.optional(),
    ignoreCase: z.boolean().default(false),
  })
  .refine(({ all, any }) => all !== undefined || any !== undefined, 'it takes `all`, `any` or both')

/** The final answer has all of some texts, or one of them. */
export function contains(input: ContainsOptions): Measure {
  const { name = 'contains', ignoreCase } = parseMeasure('contains', containsSchema, input)
  const spelled = (text: string): string => (ignoreCase ? text.toLowerCase() : text)
  return {
    name,
    options: { all: keyOf(input.all), any: keyOf(input.any), ignoreCase },
    run({ trace, finalAnswer }) {
      const answer = spelled(finalAnswer)
      const has = (text: string): boolean => answer.includes(spelled(text))
      const all = input.all === undefined ? [] : ofTrace(input.all, trace, 'expected texts')
      const missing = all.filter((text) => !has(text))
      if (missing.length > 0) return { passed: false, reason: `without ${missing.map(shown).join(', ')}` }
      const any = input.any === undefined ? [] : ofTrace(input.any, trace, 'expected texts')
      const passed = input.any === undefined || any.some(has)
      return passed ? { passed } : { passed, reason: `without any of ${any.map(shown).join(', ')}` }
    },
  }
}

/** `lastIndex` of a global pattern must not lead from one session to the next. */
function fits(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0
  return pattern.test(text)
}

function normalize(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}]+/gu, ' ')
    .replaceAll(/\b(?:a|an|the)\b/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}
