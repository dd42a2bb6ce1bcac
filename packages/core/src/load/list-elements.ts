/**
 * Cuts the text of a JSON list into the texts of its elements, without parsing them and at any depth.
 *
 * @param text known to be JSON
 * @returns undefined where it is no list
 */
export function listElements(text: string): string[] | undefined {
  const token = /["[\]{},]/g
  token.lastIndex = text.search(/\S/)
  if (text[token.lastIndex] !== '[') return undefined
  const elements: string[] = []
  let depth = 0
  let start = token.lastIndex + 1
  const end = (at: number): void => {
    const element = text.slice(start, at).trim()
    if (element !== '') elements.push(element)
    start = at + 1
  }
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const mark = found[0]
    if (mark === '"') token.lastIndex = afterString(text, found.index)
    else if (mark === '[' || mark === '{') depth++
    else if (mark === ',') {
      if (depth === 1) end(found.index)
    } else if (--depth === 0) {
      end(found.index)
      return elements
    }
  }
  return elements
}

function afterString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return text.length
}
