import type { Role } from '@sftkit/core'

const ROLES: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  model: 'assistant',
  ai: 'assistant',
  gpt: 'assistant',
  agent: 'assistant',
  tool: 'tool',
  function: 'tool',
  toolResult: 'tool',
  observation: 'tool',
  ipython: 'tool',
}

/** The canonical role of a source's role name; undefined where it is none of the known ones. */
export function roleOf(name: string): Role | undefined {
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined
}
