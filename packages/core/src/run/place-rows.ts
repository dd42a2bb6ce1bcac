import { rmSync } from 'node:fs'
import { sftError } from '../errors/error.ts'
import { createDatasetWriter, type DatasetLayout, type DatasetWriter } from '../pipeline/dataset-writer.ts'
import { readSidecar } from '../pipeline/run-task.ts'
import { selectAndSplit } from '../pipeline/select-split.ts'
import type { DatasetReference } from '../plugin/types.ts'
import type { IndexDatabase } from '../run-directory/index-database.ts'
import { attempt } from '../run-directory/write.ts'
import type { DatasetRun } from './dataset-run.ts'
import { requireExamples, requireSelected } from './requirements.ts'

/** An empty folder for the files of the dataset, and what they will be. */
export function datasetLayout({ session, plan, out }: DatasetRun): DatasetLayout {
  const { config } = session
  const folder = `${out}/.sft/dataset`
  attempt(folder, () => rmSync(folder, { recursive: true, force: true }))
  const splits = plan.until === 'format' ? [UNSPLIT] : Object.keys(config.split.ratios)
  return { folder, formats: config.format, splits, shardSize: config.output.shardSize }
}

/** The one file of a run that ends before the split. */
const UNSPLIT = 'unsplit'

/** Phases 3 and 4. What phase 1 put together stands, unless something was dropped or moved since. */
export async function placeRows(
  run: DatasetRun,
  layout: DatasetLayout,
  early: DatasetWriter | undefined,
  mayBeEmpty = false,
): Promise<DatasetReference[]> {
  const { session, index, collector, plan, log, signal } = run
  const base = { config: session.config, log, signal }
  // What was dropped says why nothing is left; where nothing was read, nothing says it.
  const explained = (): boolean => mayBeEmpty && collector.tally.counts.drops > 0
  if (!explained()) requireExamples(run)
  let changed = true
  if (plan.until === 'format') setUnsplit(index)
  else changed = (await selectAndSplit(session, base, index, collector, plan.pureSplit)).changed
  if (!explained()) requireSelected(run)
  let writer = early
  if (writer === undefined || changed) {
    early?.finish(layout.folder)
    attempt(layout.folder, () => rmSync(layout.folder, { recursive: true, force: true }))
    writer = createDatasetWriter(layout)
    const placements = index
      .query('select example_id, split, dropped from examples order by ordinal')
      [Symbol.iterator]()
    for (const location of run.done) {
      const sidecar = readSidecar(plan, location)
      if (sidecar === undefined)
        throw sftError('SFT_INTERNAL', 'Finished work vanished while it was written.')
      writer.take(sidecar, () => {
        const { value } = placements.next() as { value: Record<string, unknown> }
        return {
          id: String(value.example_id),
          split: value.dropped === null ? String(value.split) : undefined,
        }
      })
    }
    // A statement that is not at its end keeps its tables locked.
    placements.return?.()
  }
  const files = writer.finish(layout.folder)
  return layout.formats.map((format) => ({
    format,
    splits: Object.fromEntries(
      Object.entries(files[format] ?? {}).map(([split, parts]) => [
        split,
        parts.map((part) => ({ ...part, path: `dataset/${part.path}` })),
      ]),
    ),
  }))
}

function setUnsplit(index: IndexDatabase): void {
  for (const row of [...index.query('select distinct group_key from examples')])
    index.setSplit('group', String(row.group_key), UNSPLIT)
}
