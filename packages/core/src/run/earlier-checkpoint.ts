import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { sftError } from '../errors/error.ts'
import type { Checkpoint } from '../plugin/types.ts'
import { makeFolders } from '../run-directory/make-folders.ts'
import { attempt } from '../run-directory/write.ts'

const fileIn = (out: string): string => join(out, '.sft', 'checkpoint.json')

/** Notes which model a run trained: a trainer may have put it anywhere, and several beside it. */
export function keepCheckpoint(out: string, { path, adapter }: Checkpoint): void {
  const file = fileIn(out)
  // A run directory may be moved.
  const noted = {
    path: relative(out, path),
    ...(adapter !== undefined && { adapter: relative(out, adapter) }),
  }
  attempt(file, () => {
    makeFolders(join(out, '.sft'))
    writeFileSync(file, `${JSON.stringify(noted, undefined, 2)}\n`)
  })
}

/** The model that an earlier run trained: `--from convert` starts there. @throws SFT_FROM_MISSING */
export function earlierCheckpoint(out: string): Checkpoint {
  const noted = notedCheckpoint(out)
  if (noted !== undefined) return noted
  const [final, merged] = [`${out}/model/final`, `${out}/model/merged`]
  if (existsSync(merged)) return { path: merged, adapter: final }
  if (existsSync(final)) return { path: final }
  throw sftError('SFT_FROM_MISSING', `${out} holds no trained model to convert.`, {
    source: final,
    fix: 'Train first: the same command with --from train, or without --from.',
  })
}

/** Undefined where there is no note that can be read, or its model is gone. */
function notedCheckpoint(out: string): Checkpoint | undefined {
  try {
    const { path, adapter } = JSON.parse(readFileSync(fileIn(out), 'utf8')) as Record<string, unknown>
    if (typeof path !== 'string' || !existsSync(resolve(out, path))) return undefined
    return {
      path: resolve(out, path),
      ...(typeof adapter === 'string' && { adapter: resolve(out, adapter) }),
    }
  } catch {
    return undefined
  }
}
