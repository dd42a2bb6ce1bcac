import type { TraceLine } from '@sftkit/core'
import type { Candidate } from '@sftkit/plugin-sessions'

/** What is judged: known by name at once, read one by one when it is shown. */
export interface Sessions {
  readonly candidates: readonly Candidate[]
  read(place: number): TraceLine
  close(): void
}
