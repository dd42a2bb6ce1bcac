const BEGIN = 'sftkit-date<'
const END = '>'

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
