/** A `{% … %}` of a template, with its place. */
export interface Tag {
  readonly name: string
  /** What stands after the name. */
  readonly rest: string
  readonly from: number
  readonly until: number
  /** `-` or `+` where the tag takes or keeps the white space beside it. */
  readonly left: string
  readonly right: string
}

/** A block that is opened and closed. */
export interface Block {
  readonly open: Tag
  readonly close: Tag
  /** The blocks it stands in, outermost first. */
  readonly inside: readonly Tag[]
}

const PIECE = /\{#[\s\S]*?#\}|\{%([-+]?)\s*(\w+)((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[\s\S])*?)([-+]?)%\}/g
const CLOSED = new Set(['for', 'if', 'macro', 'call', 'filter', 'generation', 'raw'])

/** The blocks of a template, in the order in which they are closed. @throws where they do not nest */
export function blocksOf(source: string): Block[] {
  const open: Tag[] = []
  const blocks: Block[] = []
  for (const tag of tagsOf(source)) {
    if (CLOSED.has(tag.name) || (tag.name === 'set' && isBlockSet(tag))) open.push(tag)
    if (!tag.name.startsWith('end')) continue
    const opened = open.pop()
    if (opened?.name !== tag.name.slice('end'.length)) throw new Error(`${tag.name} closes nothing`)
    blocks.push({ open: opened, close: tag, inside: [...open] })
  }
  return blocks
}

function tagsOf(source: string): Tag[] {
  return [...source.matchAll(PIECE)].flatMap((match) => {
    const [all, left = '', name, rest = '', right = ''] = match
    return name === undefined
      ? []
      : [{ name, rest: rest.trim(), from: match.index, until: match.index + all.length, left, right }]
  })
}

/** `{% set x %}…{% endset %}`, and not `{% set x = 1 %}`. */
function isBlockSet({ rest }: Tag): boolean {
  return /^[\w.]+(\s*\|[\s\S]*)?$/.test(rest)
}
