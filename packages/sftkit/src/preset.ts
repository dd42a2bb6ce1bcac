import type { Plugin } from '@sftkit/core'
import { llm } from '@sftkit/llm'
import { formats } from '@sftkit/plugin-formats'
import { hubInput } from '@sftkit/plugin-hub'
import { loaders } from '@sftkit/plugin-loaders'
import { evalResultFiles, judgmentFiles, sessions } from '@sftkit/plugin-sessions'
import { dedup, split } from '@sftkit/plugin-split'
import { tagger } from '@sftkit/plugin-tagger'
import { recordings } from '@sftkit/recorder'

/**
 * The default plugins: inputs from the Hugging Face Hub, session databases, all first-party loaders and formats, the
 * tagger, splits, the removal of duplicates, and the engine that asks models.
 * A plugin of the same name in a config takes the place of one of these; `preset: false` leaves all out.
 */
export function preset(): Plugin[] {
  return [
    hubInput(),
    sessions(),
    judgmentFiles(),
    evalResultFiles(),
    ...loaders(),
    recordings(),
    tagger(),
    dedup(),
    split(),
    ...formats(),
    llm(),
  ]
}
