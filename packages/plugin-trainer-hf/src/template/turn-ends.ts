import type { ModelChat } from './checked-model.ts'
import type { LearnedTokens } from './learned.ts'

/** How the learned part of a conversation ends. */
export interface TurnEnd {
  /** The last learned token that is no white space. */
  readonly token: string
  readonly id: number
  /** Whether it is a token of control, which text cannot spell. */
  readonly isControl: boolean
}

/** The last learned token that is not white space, as TRL looks for it (`is_chat_template_stop_token_trained`). */
export function turnEnd({ encoded, mask }: LearnedTokens, { tokenizer }: ModelChat): TurnEnd | undefined {
  for (let at = mask.length - 1; at >= 0; at--) {
    const id = encoded.ids[at] as number
    if (mask[at] === 0) continue
    const token = tokenizer.decode([id])
    if (token.trim() === '') continue
    return { token, id, isControl: tokenizer.added.has(id) }
  }
  return undefined
}

/** Ids at which the model stops when it is served: those of its generation config, else its end token. */
export function stopTokens({ files, tokenizer }: ModelChat): ReadonlySet<number> {
  const end = tokenizer.special.eos_token
  const id = end === undefined ? undefined : tokenizer.idOf(end)
  return new Set([...files.stopIds, ...(id === undefined ? [] : [id])])
}
