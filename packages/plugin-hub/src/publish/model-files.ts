import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorText, type PublishHandler, sftError } from '@sftkit/core'
import type { PublishedFile } from './files.ts'
import { modelCard, publishedPath } from './model-card.ts'

/**
 * What of a run's models is published: the files that converting made, of several models each in its own folder, and a
 * card, which is written to `model/README.md`.
 *
 * @throws SFT_OUT_UNWRITABLE
 */
export function modelFiles({
  out,
  artifacts,
  datasets,
}: Pick<Parameters<PublishHandler>[0], 'out' | 'artifacts' | 'datasets'>): PublishedFile[] {
  const files = new Map<string, PublishedFile>()
  for (const { path, sha256, bytes } of artifacts.flatMap(({ files }) => files))
    files.set(publishedPath(path), { path: publishedPath(path), file: join(out, path), sha256, bytes })
  if (files.size === 0) return []
  const file = join(out, 'model', 'README.md')
  const card = Buffer.from(modelCard(artifacts, datasets))
  try {
    writeFileSync(file, card)
  } catch (cause) {
    throw sftError('SFT_OUT_UNWRITABLE', `${file} cannot be written: ${errorText(cause)}.`, {
      source: file,
      cause,
    })
  }
  const sha256 = createHash('sha256').update(card).digest('hex')
  files.set('README.md', { path: 'README.md', file, sha256, bytes: card.length })
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
