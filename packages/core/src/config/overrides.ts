import { sftError } from '../errors/error.ts'
import type { UserConfig } from './types.ts'

/**
 * Applies `--set PATH=VALUE`: the value is JSON where it parses as JSON, else text. The schema checks the result.
 *
 * @throws SFT_USAGE for an entry without `=` or path
 */
export function applyOverrides(config: UserConfig, entries: readonly string[]): UserConfig {
  return entries.reduce<UserConfig>((current, entry) => {
    const at = entry.indexOf('=')
    if (at < 1) throw sftError('SFT_USAGE', `--set takes PATH=VALUE, and got ${entry}.`)
    return setPath(
      current as Record<string, unknown>,
      entry.slice(0, at).split('.'),
      parseValue(entry.slice(at + 1)),
    )
  }, config)
}

function setPath(
  target: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [head = '', ...rest] = path
  if (rest.length === 0) return { ...target, [head]: value }
  const inner = target[head]
  const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {}
  return { ...target, [head]: setPath(next, rest, value) }
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
