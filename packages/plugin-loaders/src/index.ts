/** The loaders of formats whose records stand for themselves. */
import type { Plugin } from '@sftkit/core'
import { attempts } from './attempts/index.ts'
import { canonical } from './canonical/index.ts'
import { histories } from './histories/index.ts'
import { mlIntern } from './ml-intern/index.ts'
import { openaiMessages } from './openai-messages/index.ts'
import { sharegpt } from './sharegpt/index.ts'

export type { HistoriesOptions } from './histories/index.ts'
export {
  historyToMessages,
  type OnSkipped,
  type ReferenceCall,
  type ReferenceMessage,
  type ReferenceOptions,
} from './histories/reference.ts'
export {
  historyToPromptCompletion,
  historyToTextOnly,
  type ReferencePromptCompletion,
  type ReferenceTextMessage,
} from './histories/reference-text.ts'
export { attempts, canonical, histories, mlIntern, openaiMessages, sharegpt }

/** All loaders of this package with their defaults, in the order in which a record is shown to them. */
export function loaders(): Plugin[] {
  return [canonical(), attempts(), histories(), mlIntern(), openaiMessages(), sharegpt()]
}
