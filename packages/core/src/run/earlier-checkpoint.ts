import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { sftError } from '../errors/error.ts'
import type { Checkpoint } from '../plugin/types.ts'
import { makeFolders } from '../run-directory/make-folders.ts'
import { attempt } from '../run-directory/write.ts'

const fileIn = (out: string): string => join(out, '.sft', 'checkpoint.json')

/** Notes which models a run trained: a trainer may have put them anywhere, and others beside them. */
export function keepCheckpoint(out: string, checkpoint: Checkpoint): void {
  const file = fileIn(out)
  const noted = { ...note(out, checkpoint), others: checkpoint.others?.map((one) => note(out, one)) }
  attempt(file, () => {
    makeFolders(join(out, '.sft'))
    writeFileSync(file, `${JSON.stringify(noted, undefined, 2)}\n`)
  })
}

/** With paths below the run directory, which may be moved. */
function note(out: string, { path, adapter, name }: Checkpoint): Record<string, string | undefined> {
  return { name, path: relative(out, path), adapter: adapter && relative(out, adapter) }
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

/** Undefined where there is no note that can be read, or one of its models is gone. */
function notedCheckpoint(out: string): Checkpoint | undefined {
  try {
    const { others = [], ...first } = JSON.parse(readFileSync(fileIn(out), 'utf8')) as Noted
    const [checkpoint, ...more] = [first, ...others].map((one) => checkpointOf(out, one))
    return checkpoint && { ...checkpoint, ...(more.length > 0 && { others: more }) }
  } catch {
    return undefined
  }
}

interface Noted extends NotedModel {
  readonly others?: readonly NotedModel[]
}
interface NotedModel {
  readonly path: string
  readonly adapter?: string
  readonly name?: string
}

/** @throws Error where it is not there */
function checkpointOf(out: string, { path, adapter, name }: NotedModel): Checkpoint {
  const folder = resolve(out, path)
  if (!existsSync(folder)) throw new Error(`${folder} is gone`)
  return {
    path: folder,
    ...(typeof adapter === 'string' && { adapter: resolve(out, adapter) }),
    ...(typeof name === 'string' && { name }),
  }
}
