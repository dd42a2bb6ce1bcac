import { z } from 'zod'

/** Every issue of a zod error, each with its place and the valid keys or values. */
export function optionIssues(error: z.ZodError, schema: z.ZodType): string {
  return error.issues.map((issue) => describeIssue(issue, schema)).join('; ')
}

function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  const place = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  if (issue.code !== 'unrecognized_keys') return `${place}${issue.message}`
  const valid = validKeys(schema, issue.path)
  const unknown = issue.keys.map((key) => {
    const nearest = nearestName(key, valid)
    return nearest === undefined ? key : `${key} (did you mean ${nearest}?)`
  })
  return `${place}unknown key ${unknown.join(', ')}; valid keys: ${valid.join(', ')}`
}

function validKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: z.ZodType | undefined = schema
  for (const step of path) current = unwrap(current)?.shape?.[String(step)]
  return Object.keys(unwrap(current)?.shape ?? {})
}

function unwrap(schema: z.ZodType | undefined): { shape?: Record<string, z.ZodType> } | undefined {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap() as z.ZodType
  }
  return inner as { shape?: Record<string, z.ZodType> } | undefined
}

/** The candidate that a typo most likely meant, if any is near. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3))
    ? best.candidate
    : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours that make one text of the other. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swap = swapped
        ? (beforePrevious[column - 2] ?? Number.POSITIVE_INFINITY) + 1
        : Number.POSITIVE_INFINITY
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution, swap))
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
