/** What `max_length` keeps of a sequence that is longer. */
export interface Cut {
  /** Undefined: everything. */
  readonly maxLength: number | undefined
  /** TRL's `truncation_mode` is `keep_end`: the end stays and not the beginning. */
  readonly keepsEnd: boolean
}

/** How a training under these arguments of TRL cuts. */
export function cutBy(args: Readonly<Record<string, unknown>>, maxLength: number | undefined): Cut {
  return { maxLength, keepsEnd: args.truncation_mode === 'keep_end' }
}
