import type { ModelCall } from './engine.ts'

/** The call as one text that does not depend on the order of keys. */
export function writtenCall({ name, arguments: args }: ModelCall): string {
  return `${name} ${JSON.stringify(args, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )}`
}
