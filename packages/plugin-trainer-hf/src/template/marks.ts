/** Stand where `{% generation %}` and `{% endgeneration %}` stood; in no text that a template writes. */
const START = '\u{F0E00}'
const END = '\u{F0E01}'
const MARK = /([ \t]*)\{%(-?)\s*(end)?generation\s*(-?)%\}(\n?)/g

/** A part of a text, in UTF-16 units: `[from, until)`. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** Whether a template says itself what the assistant generates. */
export function hasMarks(template: string): boolean {
  return /\{%-?\s*generation\s*-?%\}/.test(template)
}

/**
 * The template with its generation marks as characters in the output. White space around them is treated as around any
 * block: `-` takes all of it, else the indentation of the line and one newline after it go (`lstrip_blocks`,
 * `trim_blocks`).
 */
export function visibleMarks(template: string): string {
  return template.replace(MARK, (_all, indent: string, left, end, right, _newline, at: number) => {
    const atLineStart = at === 0 || template[at - 1] === '\n'
    const kept = left === '-' || atLineStart ? '' : indent
    return `${kept}{{${left} '${end === undefined ? START : END}' ${right}}}`
  })
}

/** Takes the marks out of a rendered text. */
export function takeMarks(marked: string): { text: string; spans: Span[] } {
  const spans: Span[] = []
  let text = ''
  let from = 0
  for (const part of marked.split(new RegExp(`(${START}|${END})`, 'u'))) {
    if (part === START) from = text.length
    else if (part === END) spans.push({ from, until: text.length })
    else text += part
  }
  return { text, spans }
}
