/** A node of the parsed template; of its kind only what is looked at here. */
interface Node {
  readonly type?: string
  readonly [key: string]: unknown
}

const STRIPS = new Set(['strip', 'lstrip', 'rstrip'])

/** What {@link stripLikePython} calls, for the template's variables. */
export const stripFunctions = {
  strip_of_python: (text: unknown, characters: unknown) => strip(text, characters, true, true),
  lstrip_of_python: (text: unknown, characters: unknown) => strip(text, characters, true, false),
  rstrip_of_python: (text: unknown, characters: unknown) => strip(text, characters, false, true),
}

/**
 * Lets `text.strip('\n')` take only the characters it names, as in Python; `@huggingface/jinja` takes all white space
 * there, so that an answer that begins with spaces would be other text than the one trained. Changes the tree in place.
 */
export function stripLikePython(node: unknown): void {
  if (node instanceof Map) {
    for (const [key, value] of node) {
      stripLikePython(key)
      stripLikePython(value)
    }
    return
  }
  if (Array.isArray(node)) {
    for (const child of node) stripLikePython(child)
    return
  }
  if (typeof node !== 'object' || node === null) return
  for (const value of Object.values(node)) stripLikePython(value)
  const call = node as Node & { callee?: Node; args?: unknown[] }
  const method = (call.callee?.property as Node | undefined)?.value
  if (call.type !== 'CallExpression' || call.callee?.type !== 'MemberExpression') return
  if (call.callee.computed === true || !STRIPS.has(String(method)) || call.args?.length !== 1) return
  call.args = [call.callee.object, ...call.args]
  call.callee = { type: 'Identifier', value: `${String(method)}_of_python` }
}

function strip(text: unknown, characters: unknown, left: boolean, right: boolean): string {
  const letters = [...String(text)]
  const taken = new Set(String(characters))
  let from = 0
  let until = letters.length
  while (left && from < until && taken.has(letters[from] as string)) from++
  while (right && until > from && taken.has(letters[until - 1] as string)) until--
  return letters.slice(from, until).join('')
}
