import { isSftError, sftError } from '../errors/error.ts'
import type { Context, FilePart } from '../plugin/types.ts'
import type { UndetectedFile } from './detect.ts'
import type { FileSet } from './sets.ts'
import { describeFileError, isFileError, isUnreadable, unreadable } from './unreadable.ts'

/**
 * Asks the loaders that cut files themselves for the parts of theirs.
 *
 * @param contextOf the context of a plugin
 * @returns the sets, those that were cut with their parts, and the files that could not be
 * @throws what a plugin throws
 */
export async function cutIntoParts(
  sets: readonly FileSet[],
  contextOf: (plugin: string) => Context,
): Promise<{ readonly sets: readonly FileSet[]; readonly refused: readonly UndetectedFile[] }> {
  const cut: FileSet[] = []
  const refused: UndetectedFile[] = []
  for (const set of sets) {
    try {
      const parts = await partsOf(set, contextOf)
      cut.push(parts === undefined ? set : { ...set, parts })
    } catch (error) {
      if (isUnreadable(error))
        refused.push({ uri: set.uri, code: 'SFT_FILE_UNREADABLE', message: error.message })
      else if (!isSftError(error) && isFileError(error))
        refused.push({
          uri: set.uri,
          code: 'SFT_FILE_UNREADABLE',
          message: describeFileError(error, set).message,
        })
      else throw error
    }
  }
  return { sets: cut, refused }
}

async function partsOf(
  { uri, path, head, others, loader }: FileSet,
  contextOf: (plugin: string) => Context,
): Promise<readonly FilePart[] | undefined> {
  const { plugin, value } = loader
  if (!('open' in value) || value.parts === undefined) return undefined
  if (head.compression !== undefined || others.length > 0) return undefined
  try {
    return await value.parts({ uri, path: async () => path }, { ...contextOf(plugin), unreadable })
  } catch (error) {
    if (isUnreadable(error) || isFileError(error)) throw error
    const where = { plugin, hook: 'load', source: uri }
    if (isSftError(error)) throw error.plugin === undefined ? Object.assign(error, where) : error
    const message = `The loader failed to cut the file into parts: ${error instanceof Error ? error.message : String(error)}`
    throw sftError('SFT_PLUGIN_FAILED', message, { ...where, cause: error })
  }
}
