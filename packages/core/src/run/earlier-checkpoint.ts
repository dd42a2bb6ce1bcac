import { existsSync } from 'node:fs'
import { sftError } from '../errors/error.ts'
import type { Checkpoint } from '../plugin/types.ts'

/** The model that an earlier run trained: `--from convert` starts there. @throws SFT_FROM_MISSING */
export function earlierCheckpoint(out: string): Checkpoint {
  const [final, merged] = [`${out}/model/final`, `${out}/model/merged`]
  if (existsSync(merged)) return { path: merged, adapter: final }
  if (existsSync(final)) return { path: final }
  throw sftError('SFT_FROM_MISSING', `${out} holds no trained model to convert.`, {
    source: final,
    fix: 'Train first: the same command with --from train, or without --from.',
  })
}
