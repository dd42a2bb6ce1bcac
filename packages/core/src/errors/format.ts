import { catalog } from './catalog.ts'
import { isSftError, type SftError } from './error.ts'
import { redactSecrets } from './redact.ts'

/** One error for a person: what happened, where, why, what to do, the code at the end. */
export function formatError(thrown: unknown, options: { readonly stack?: boolean } = {}): string {
  if (!isSftError(thrown)) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    return redactSecrets(`${error.stack ?? error.message}\n[SFT_INTERNAL]`)
  }
  const lines = [`${placeOf(thrown)}${thrown.message}`]
  const cause = causeOf(thrown)
  if (cause !== undefined && !thrown.message.includes(cause)) lines.push(`  cause: ${cause}`)
  lines.push(`  ${thrown.fix ?? catalog[thrown.code].fix} [${thrown.code}]`)
  if (options.stack === true) lines.push(stackOf(thrown))
  return redactSecrets(lines.join('\n'))
}

function placeOf(error: SftError): string {
  const position = [error.source, error.line, error.column].filter((part) => part !== undefined).join(':')
  const who = [error.plugin && `plugin ${error.plugin}`, error.hook && `hook ${error.hook}`].filter(Boolean)
  const about = error.id === undefined ? [] : [`trace ${error.id}`]
  const parts = [...who, ...about]
  const place = [position, parts.join(', ')].filter((part) => part !== '').join(' · ')
  return place === '' ? '' : `${place}\n  `
}

function causeOf(error: SftError): string | undefined {
  if (error.cause === undefined) return undefined
  return error.cause instanceof Error ? error.cause.message : String(error.cause)
}

function stackOf(error: Error): string {
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own
}
