import type { LossRecorder, Role } from '@sftkit/core'
import { type DraftMessage, draftMessage } from '../drafts.ts'

const BEGINS = /^\s*(?:System|Human|User):/
const LABEL = /(?:^\s*|\n\n)(System|Human|User|Assistant):/g
const ROLES: Readonly<Record<string, Role>> = {
  System: 'system',
  Human: 'user',
  User: 'user',
  Assistant: 'assistant',
}

/**
 * Reads a conversation in one text, in which the speakers are named: `Human: …`, a blank line, `Assistant: …` (HH-RLHF;
 * sftkit's own text rows). An assistant's name with nothing behind it, at the end, asks for the answer.
 *
 * @param path the text's, for the ledger
 * @returns undefined where the text does not begin with a speaker's name
 */
export function readDialogue(text: string, path: string, losses: LossRecorder): DraftMessage[] | undefined {
  if (!BEGINS.test(text)) return undefined
  losses.loss(path, 'changed', 'speakers named in the text read as messages')
  const labels = [...text.matchAll(LABEL)]
  const drafts = labels.map((label, at) => {
    const from = label.index + label[0].length
    return draftMessage(ROLES[label[1] ?? ''] ?? 'user', text.slice(from, labels[at + 1]?.index).trim())
  })
  const last = drafts.at(-1)
  if (last?.role === 'assistant' && last.content === '') drafts.pop()
  return drafts
}
