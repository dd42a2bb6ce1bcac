import { type Block, blocksOf } from './tags.ts'

/** What a derived template takes for the beginning of an assistant turn: texts that the model does not write itself. */
export type TurnHeads = readonly string[]

/**
 * Copies of a template that mark what the assistant generates, the cheapest first. None of them is known to be right:
 * whoever takes one compares what it renders, and what it marks, with the original.
 *
 * - Around one loop over the messages: each turn's text is taken as a whole, and what stands behind its head is marked.
 * - Around the whole template: rendered once up to each assistant turn and once with it; what the second has more is
 *   marked. It serves templates that render a turn in several places, at the price of a rendering for each turn.
 */
export function markedCandidates(template: string, heads: TurnHeads): string[] {
  const source = template.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  const loops = blocksOf(source).filter(isMessageLoop)
  return [...loops.map((loop) => markLoop(source, loop, heads)), markWhole(source)]
}

/** A loop whose turns may be those of the conversation: in no other loop, and not in a part that is rendered aside. */
function isMessageLoop({ open, inside }: Block): boolean {
  return (
    open.name === 'for' &&
    inside.every((outer) => outer.name === 'if') &&
    loopVariable(open.rest) !== undefined
  )
}

/** `message` of `for message in messages`; of a loop over pairs nothing. */
export function loopVariable(rest: string): string | undefined {
  return /^(\w+)\s+in\s/.exec(rest)?.[1]
}

/** Whether a turn is marked: an assistant's, unless the row says that it is not learned. */
export function learnedCondition(message: string): string {
  return `${message}.role == 'assistant' and (${message}.train is not defined or ${message}.train)`
}

function markLoop(source: string, { open, close }: Block, heads: TurnHeads): string {
  const message = loopVariable(open.rest) ?? ''
  // A block takes one newline behind it; the loop's own did, so the one that stands there now does.
  const take = `{% set sftkit_turn ${open.right}%}`
  const head = heads.reduceRight(
    (otherwise, text) => `${quoted(text)} if sftkit_turn.startswith(${quoted(text)}) else ${otherwise}`,
    "''",
  )
  const give = [
    `{%${close.left} endset %}`,
    `{% if ${learnedCondition(message)} %}`,
    `{% set sftkit_head = ${head} %}{{ sftkit_head }}`,
    '{% generation %}{{ sftkit_turn[sftkit_head|length:] }}{% endgeneration %}',
    '{% else %}{{ sftkit_turn }}{% endif %}',
  ].join('')
  return [
    source.slice(0, open.until),
    take,
    source.slice(open.until, close.from),
    give,
    `{% endfor ${close.right}%}`,
    source.slice(close.until),
  ].join('')
}

function markWhole(source: string): string {
  return [
    "{% macro sftkit_chat(messages, add_generation_prompt) %}{{ '' }}",
    source,
    "{{ '' }}{% endmacro %}",
    '{% if add_generation_prompt %}{{ sftkit_chat(messages, true) }}{% else %}',
    // What is done is taken away by its text: lengths of texts differ between the languages that render this.
    "{% set sftkit_all = sftkit_chat(messages, false) %}{% set sftkit_done = namespace(text='') %}",
    '{% for sftkit_message in messages %}',
    `{% if loop.index0 > 0 and ${learnedCondition('sftkit_message')} %}`,
    '{% set sftkit_before = sftkit_chat(messages[:loop.index0], true) %}',
    '{% set sftkit_after = sftkit_chat(messages[:loop.index], false) %}',
    '{% if not (sftkit_all.startswith(sftkit_after) and sftkit_after.startswith(sftkit_before)) %}',
    "{{ raise_exception('A turn is rendered otherwise once others follow, so its tokens cannot be told') }}",
    '{% endif %}',
    "{{ sftkit_before.replace(sftkit_done.text, '', 1) }}",
    "{% generation %}{{ sftkit_after.replace(sftkit_before, '', 1) }}{% endgeneration %}",
    '{% set sftkit_done.text = sftkit_after %}',
    "{% endif %}{% endfor %}{{ sftkit_all.replace(sftkit_done.text, '', 1) }}{% endif %}",
  ].join('')
}

/** A text as a string of Jinja. */
function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')
  return `'${escaped.replaceAll('\t', '\\t').replaceAll('\r', '\\r')}'`
}
