import type { JsonValue } from '@sftkit/core'

const CONTEXT = 2
const SHOWN_LINES = 8
const SHOWN_CHARACTERS = 160

/**
 * Two values that differ, for a person: of texts the lines around the first that differs, of others their JSON; `-` is
 * what was recorded, `+` what came now.
 */
export function showDifference(expected: JsonValue | undefined, got: JsonValue | undefined): string {
  if (typeof expected !== 'string' || typeof got !== 'string')
    return `- ${short(json(expected))}\n+ ${short(json(got))}`
  const [before, after] = [expected.split('\n'), got.split('\n')]
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const changed = (lines: readonly string[], mark: string): string[] => {
    const own = lines.slice(start, lines.length - end)
    const more = own.length - SHOWN_LINES
    const other = mark === '-' ? after[start] : before[start]
    const shown = own
      .slice(0, SHOWN_LINES)
      .map((line, at) => `${mark} ${at === 0 ? around(line, other) : short(line)}`)
    return more > 0 ? [...shown, `${mark} … ${more} more lines`] : shown
  }
  const head = before.length === 1 && after.length === 1 ? [] : [`@@ line ${start + 1} @@`]
  return [
    ...head,
    ...before.slice(Math.max(0, start - CONTEXT), start).map((line) => `  ${short(line)}`),
    ...changed(before, '-'),
    ...changed(after, '+'),
    ...before.slice(before.length - end, before.length - end + CONTEXT).map((line) => `  ${short(line)}`),
  ].join('\n')
}

/** Of a long line what is around the first character that differs. */
function around(line: string, other: string | undefined): string {
  if (line.length <= SHOWN_CHARACTERS || other === undefined) return short(line)
  let at = 0
  while (at < line.length && line[at] === other[at]) at++
  const from = Math.max(0, Math.min(at - SHOWN_CHARACTERS / 2, line.length - SHOWN_CHARACTERS))
  return `${from > 0 ? '…' : ''}${short(line.slice(from))}`
}

function short(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}

function json(value: JsonValue | undefined): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value)
}
