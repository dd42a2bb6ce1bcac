import { basename, dirname, join } from 'node:path'

/**
 * Where the files of a recording folder are. What a person or a pipeline reads is at the top; what stands beside it is
 * hidden, so that no pipeline takes an agent's files for traces.
 *
 *     recordings/<id>.jsonl                     one recording
 *     recordings/.recorder/contents/ab/abcd…    texts, by the sha256 of their bytes
 *     recordings/.recorder/index/<id>.jsonl     sums over blocks of steps: a view, safe to delete
 */
export function recordingFile(folder: string, id: string): string {
  return join(folder, `${id}${SUFFIX}`)
}

const SUFFIX = '.jsonl'
const BESIDE = '.recorder'

/** The folder of the content store of a recording folder. */
export function contentsFolder(folder: string): string {
  return join(folder, BESIDE, 'contents')
}

/** The index of a recording, by the recording's path. */
export function indexFileOf(recording: string): string {
  return join(dirname(recording), BESIDE, 'index', basename(recording))
}

/** The content store's folder, by the path of a recording. */
export function contentsFolderOf(recording: string): string {
  return contentsFolder(dirname(recording))
}

/** Where a content stands in its store. */
export function contentFile(contents: string, sha256: string): string {
  return join(contents, sha256.slice(0, 2), sha256)
}
