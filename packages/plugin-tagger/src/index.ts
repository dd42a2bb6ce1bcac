/** Session tags: metadata that conditions such as `tag('outcome:completed')` ask for. */
export type * from './namespaces.ts'
export type { RuleName, TaggerOptions } from './options.ts'
export { type Session, tagSession } from './tag-session.ts'
export { tagger } from './tagger.ts'
