import type { Tag, TagNamespaces } from '../data/tags.ts'
import type { Condition } from './condition.ts'

type NamespacePattern = [keyof TagNamespaces] extends [never]
  ? `${string}:*`
  : `${keyof TagNamespaces & string}:*`

/** Holds where the trace has the tag; `tag('tool:*')` holds where it has any tag of the namespace. */
export function tag(name: Tag | NamespacePattern): Condition {
  const text: string = name
  const prefix = text.endsWith(':*') ? text.slice(0, -1) : undefined
  return {
    describe: `tag('${text}')`,
    test: (trace) =>
      prefix === undefined ? trace.tags.includes(text) : trace.tags.some((own) => own.startsWith(prefix)),
  }
}
