import { destructiveCommand } from './destructive-command.ts'
import { network } from './network.ts'
import { pathTraversal } from './path-traversal.ts'
import type { SecurityRule } from './rule.ts'
import { secretsRead } from './secrets-read.ts'
import { testEdit } from './test-edit.ts'

/**
 * What a recorder flags where nothing else is said: `path_traversal`, `secrets_read`, `network`, `destructive_command`,
 * `test_edit`. A flag says that somebody should look; it does not judge.
 */
export const securityRules: readonly SecurityRule[] = [
  pathTraversal,
  secretsRead,
  network,
  destructiveCommand,
  testEdit,
]
