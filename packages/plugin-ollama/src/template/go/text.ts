import { cutAtDates, MONTHS } from '../dates.ts'

/** A text as a Go template writes it, whatever stands in it; marked dates become the day's. */
export function goText(text: string): string {
  const { texts, formats } = cutAtDates(text)
  return texts
    .map((part, at) => `${quoted(part)}${at < formats.length ? goDate(formats[at] ?? '') : ''}`)
    .join('')
}

function quoted(text: string): string {
  return text === '' ? '' : `{{ ${JSON.stringify(text)} }}`
}

const MONTH = 'slice (currentDate) 5 7'

/** Ollama gives the day as 2006-01-02. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  Y: '{{ slice (currentDate) 0 4 }}',
  y: '{{ slice (currentDate) 2 4 }}',
  m: `{{ ${MONTH} }}`,
  d: '{{ slice (currentDate) 8 10 }}',
  B: monthNamed((name) => name),
  b: monthNamed((name) => name.slice(0, 3)),
}

function monthNamed(write: (name: string) => string): string {
  const cases = MONTHS.map(
    (name, at) =>
      `{{ ${at === 0 ? 'if' : 'else if'} eq $month "${String(at + 1).padStart(2, '0')}" }}${write(name)}`,
  )
  return `{{ $month := ${MONTH} }}${cases.join('')}{{ end }}`
}

/** What strftime writes, as far as Ollama can: the rest stays as it is, and does not pass the gate. */
function goDate(format: string): string {
  return format.replace(/%(.)/g, (all, directive: string) => DIRECTIVES[directive] ?? all)
}

/**
 * Definitions for templates that take the white space around a text away, as Jinja's `trim` does. Go's templates have no
 * function for it.
 */
export const TRIM = `{{- define "trim" }}{{ if . }}{{ if ${isWhite('(slice . 0 1)')} }}{{ template "trim" (slice . 1) }}{{ else }}{{ template "trimEnd" . }}{{ end }}{{ end }}{{ end }}
{{- define "trimEnd" }}{{ $shorter := slice . 0 (len (slice . 1)) }}{{ if ${isWhite('(slice . (len $shorter))')} }}{{ template "trimEnd" $shorter }}{{ else }}{{ . }}{{ end }}{{ end }}`

function isWhite(text: string): string {
  return `eq ${text} " " "\\n" "\\t" "\\r" "\\v" "\\f"`
}

/** How a field is written, without the white space around it where the Jinja takes that away. */
export function goField(field: string, trimmed: boolean): string {
  return trimmed ? `{{ template "trim" ${field} }}` : `{{ ${field} }}`
}
