import type { UserConfig } from '@sftkit/core'
import { repositorySplit } from './repository-split.ts'

/** Repositories that this team measures its models on. */
const HELD_OUT = ['team/billing']

/**
 * What all agents of this team have in common: formats, the split by repository, strictness about unreadable input.
 * An agent's own settings win, and its plugins come first.
 */
export function teamConfig(own: UserConfig): UserConfig {
  return {
    format: ['messages'],
    maxUnreadable: 0,
    // `train` is all that is not held out; a ratio of 0 lets `test` be empty.
    split: { ratios: { train: 1, test: 0 } },
    output: { dir: 'out' },
    ...own,
    plugins: [own.plugins ?? [], repositorySplit({ heldOut: HELD_OUT })],
  }
}
