import type { Action, FileChange } from '../record/step-row.ts'
import type { Command } from './commands.ts'

/** An action, as security rules see it. */
export interface SecurityView {
  readonly action: Action
  readonly fileDiff: FileChange | undefined
  /** What the action does with files; `other` where its type does not say. */
  readonly kind: 'read' | 'write' | 'delete' | 'command' | 'other'
  /** The paths that the action names. */
  readonly paths: readonly string[]
  /** The commands of a command line, also those inside `sh -c` and `$(…)`; empty for other actions. */
  readonly commands: readonly Command[]
}

/** One kind of action that somebody should look at. */
export interface SecurityRule {
  /** What stands in `security_flags`: lower case with underscores. */
  readonly id: string
  /** One line. */
  readonly title: string
  flags(view: SecurityView): boolean
}
