import type { TraceLine } from '@sftkit/core'
import type { StoredCandidate } from '@sftkit/plugin-sessions'

/** What is judged: known by name at once, read one by one when it is shown. */
export interface Sessions {
  readonly candidates: readonly StoredCandidate[]
  /**
   * The traces of one: a session of a database may have branches.
   *
   * @throws Error where it cannot be read
   */
  read(place: number): readonly TraceLine[]
  close(): void
}
