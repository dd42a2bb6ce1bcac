import type { NamespaceRule } from '../rules.ts'

/** What the user's ratings say, taken together. */
export const feedbackTags: NamespaceRule = ({ ratings: { up, down } }) => {
  if (up > 0 && down > 0) return ['feedback:mixed']
  if (up > 0) return ['feedback:up']
  return [down > 0 ? 'feedback:down' : 'feedback:none']
}
