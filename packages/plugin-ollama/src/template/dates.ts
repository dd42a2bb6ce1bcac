import type { Probe } from '../verify/probes.ts'
import { renderJinja, type TemplateTokens } from './jinja.ts'

const BEGIN = 'sftkit-date<'
const END = '>'
const DAY_MS = 86_400_000

export const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

/** A template that writes `sftkit-date<FORMAT>` wherever it would write the day's date. */
export function withMarkedDates(template: string): string {
  return `{%- macro strftime_now(format) -%}${BEGIN}{{ format }}${END}{%- endmacro %}${template}`
}

/** The texts between the dates of a text so rendered, and the formats of these dates: one less. */
export function cutAtDates(text: string): {
  readonly texts: readonly string[]
  readonly formats: readonly string[]
} {
  const [first = '', ...rest] = text.split(BEGIN)
  const dated = rest.map((part) => [part.slice(0, part.indexOf(END)), part.slice(part.indexOf(END) + 1)])
  return {
    texts: [first, ...dated.map(([, after]) => after ?? '')],
    formats: dated.map(([format]) => format ?? ''),
  }
}

/**
 * What a template that prints the day's date renders on the day before and the day after: an Ollama may be in another
 * zone, and midnight may pass between two renderings. Nothing where it prints none.
 */
export function onDaysAround(
  template: string,
  probe: Probe,
  tokens: TemplateTokens,
  now = Date.now(),
): readonly string[] {
  const { texts, formats } = cutAtDates(renderJinja(withMarkedDates(template), probe, tokens))
  if (formats.length === 0) return []
  return [now - DAY_MS, now + DAY_MS].map((time) =>
    texts.map((text, at) => `${text}${dayAs(formats[at] ?? '', new Date(time))}`).join(''),
  )
}

/** A day as strftime writes it, as far as templates ask for it. */
function dayAs(format: string, day: Date): string {
  const month = MONTHS[day.getMonth()] ?? ''
  const two = (number: number): string => String(number).padStart(2, '0')
  const written: Readonly<Record<string, string>> = {
    Y: String(day.getFullYear()),
    y: two(day.getFullYear() % 100),
    m: two(day.getMonth() + 1),
    d: two(day.getDate()),
    B: month,
    b: month.slice(0, 3),
  }
  return format.replace(/%(.)/g, (all, directive: string) => written[directive] ?? all)
}
