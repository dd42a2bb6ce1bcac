import type { Tag, Trace } from '@sftkit/core'
import { gatherFacts } from './facts/gather.ts'
import type { RuleName } from './options.ts'
import { mlIntern } from './rules/ml-intern/rules.ts'
import { precise } from './rules/precise/rules.ts'

/** The part of a trace that tags are made from. */
export type Session = Pick<Trace, 'messages' | 'outcome' | 'metadata'> &
  Partial<Pick<Trace, 'source' | 'events' | 'usage' | 'model'>>

const rulesByName = { 'ml-intern': mlIntern, precise }

/**
 * The tags of a session, sorted, without duplicates. Pure.
 *
 * With an event log of the ml-intern kind (`events`, even an empty one, of a session of that format or of none) the
 * tags come from it; without one, from messages, outcome and usage. The rules `precise` also look into the messages
 * where the log leaves something out.
 */
export function tagSession(session: Session, rules: RuleName = 'ml-intern'): Tag[] {
  const { reading, namespaces } = rulesByName[rules]
  const facts = gatherFacts(session, reading)
  const tags = new Set<Tag>()
  for (const tagsOf of namespaces) for (const tag of tagsOf(facts)) tags.add(tag)
  return [...tags].sort()
}
