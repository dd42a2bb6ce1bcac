import { learnedCondition, loopVariable } from './derive.ts'
import { blocksOf } from './tags.ts'

/**
 * The template with marks only around turns that the row does not exclude (`train: false` on a message). What is written
 * stays the same. TRL and its templates do not look at `train`.
 *
 * @param template one with generation marks
 */
export function marksLearnedTurnsOnly(template: string): string {
  const source = template.replace(/\r\n?/g, '\n')
  const marks = blocksOf(source)
    .filter(({ open }) => open.name === 'generation')
    .sort((a, b) => b.open.from - a.open.from)
  let text = source
  for (const { open, close, inside } of marks) {
    const loop =
      inside.find(({ name, rest }) => name === 'for' && /messages/.test(rest)) ??
      inside.find(({ name }) => name === 'for')
    // Outside of every loop stands what ends the text, behind the last message.
    const message = (loop && loopVariable(loop.rest)) ?? 'messages[-1]'
    const body = text.slice(open.until, close.from)
    const marked = text.slice(open.from, close.until)
    text = [
      text.slice(0, open.from),
      `{%${open.left} if ${learnedCondition(message)} %}`,
      marked.replace(/^\{%[-+]?/, '{%'),
      `{% else ${open.right}%}`,
      body,
      `{%${close.left} endif ${close.right}%}`,
      text.slice(close.until),
    ].join('')
  }
  return text
}
