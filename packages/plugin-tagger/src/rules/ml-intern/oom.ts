/**
 * The reference looks for three texts in the lower-cased output. No character outside ASCII lower-cases to a letter
 * of theirs, and without the `u` flag none matches one, so ignoring case gives the same answer without a copy.
 */
const SHORT = /oom/i
const LONG = /outofmemoryerror|cuda out of memory/i

export function mentionsOom(output: string): boolean {
  return SHORT.test(output) || LONG.test(output)
}
