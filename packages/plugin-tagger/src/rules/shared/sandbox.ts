import type { JsonValue, Tag } from '@sftkit/core'
import type { SandboxTag } from '../../namespaces.ts'
import type { NamespaceRule } from '../rules.ts'

export interface SandboxReading {
  /** What the hardware's flavor makes of the sandbox. */
  kindOf(hardware: string): SandboxTag
  /** How many seconds the sandbox lived, from all its recorded lifetimes. */
  secondsOf(lifetimes: readonly JsonValue[]): number
}

const LONG_LIVED_SECONDS = 30 * 60

/** Facets of the sandbox that a session worked in. */
export function sandboxTags(reading: SandboxReading): NamespaceRule {
  return ({ sandbox }) => {
    if (!sandbox.created) return []
    const tags: Tag[] = ['sandbox:created']
    if (sandbox.hardware !== undefined) tags.push(`sandbox:${reading.kindOf(sandbox.hardware)}`)
    if (reading.secondsOf(sandbox.lifetimes) > LONG_LIVED_SECONDS) tags.push('sandbox:long_lived')
    return tags
  }
}
