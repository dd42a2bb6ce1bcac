/**
 * Data as YAML in blocks. Texts are written as JSON writes them, which YAML reads the same; keys are plain where they
 * can be.
 */
export function yaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n'
    return `\n${value.map((item) => `${indent}-${isNested(item) ? inlineFirst(item, indent) : scalar(item)}`).join('')}`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    if (entries.length === 0) return ' {}\n'
    const lines = entries.map(
      ([key, item]) => `${indent}${plain(key)}:${isNested(item) ? yaml(item, `${indent}  `) : scalar(item)}`,
    )
    return `${indent === '' ? '' : '\n'}${lines.join('')}`
  }
  return scalar(value)
}

/** `- key: value`, with the keys after the first one below it. */
function inlineFirst(item: unknown, indent: string): string {
  const block = yaml(item, `${indent}  `)
  return block.startsWith('\n') ? ` ${block.slice(1).trimStart()}` : block
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function scalar(value: unknown): string {
  // YAML 1.1, which Python reads, takes 2e-05 for a text: a mantissa with a point is a number everywhere.
  if (typeof value === 'number') return ` ${String(value).replace(/^(-?\d+)e/, '$1.0e')}\n`
  return ` ${JSON.stringify(value ?? null)}\n`
}

function plain(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : JSON.stringify(key)
}
