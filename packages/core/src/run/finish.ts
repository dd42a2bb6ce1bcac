import { SCHEMA_VERSION } from '../config/session.ts'
import { sftError } from '../errors/error.ts'
import { counted } from '../log/counted.ts'
import type { Counts } from '../pipeline/tally.ts'
import type { DatasetReference } from '../plugin/types.ts'
import type { SplitFacts } from '../run-directory/card.ts'
import type { Columns } from '../run-directory/columns.ts'
import { writeDatasetAs } from '../run-directory/dataset-files.ts'
import { describeConfig, type Manifest, manifestInput, manifestSplits } from '../run-directory/manifest.ts'
import { fileReference, LEDGERS, placeDataset, statsFile } from '../run-directory/outputs.ts'
import { writeRowFolders } from '../run-directory/row-folders.ts'
import { writeWhole } from '../run-directory/write.ts'
import type { DatasetRun } from './dataset-run.ts'
import type { RunResult, SourceCounts } from './options.ts'
import { removeOtherWork } from './task-plan.ts'

/** Writes what describes the run: card, ledgers, stats, and last of all the manifest. */
export async function finishRun(
  run: DatasetRun,
  workers: number,
  written: readonly DatasetReference[],
  traceFiles: readonly string[],
): Promise<RunResult> {
  const { session, out, collector, index, input, options } = run
  const { config } = session
  run.progress.stage('write')
  collector.finish()
  const folder = `${out}/.sft/dataset`
  const columnsOf = (format: string): Columns | undefined =>
    session.registry.formats.get(format)?.value.columns
  const { datasets: numbered, files: inFolders } = writeRowFolders(out, folder, written, session.registry)
  const datasets = await writeDatasetAs(config.output.as, folder, numbered, columnsOf)
  const splitNames = written.length === 0 ? [] : Object.keys(written[0]?.splits ?? {})
  const splits = manifestSplits(index, splitNames, collector.tally.counts)
  const facts: Record<string, SplitFacts> = Object.fromEntries(
    Object.entries(splits).map(([name, { examples, groups, tokens }]) => [
      name,
      { examples, groups, tokens },
    ]),
  )
  const counts = keptCounts(collector.tally.counts, Object.values(facts))
  const card =
    written.length === 0
      ? []
      : [
          placeDataset(out, folder, {
            config,
            counts,
            datasets,
            splits: facts,
            inputs: input.files.length,
            columnsOf,
          }),
        ]
  const files = [
    ...card,
    ...inFolders,
    ...[...traceFiles, ...LEDGERS].map((path) => fileReference(out, path)),
  ]
  index.finish(`${out}/.sft/index.sqlite`)

  const manifest: Manifest = {
    schema: SCHEMA_VERSION,
    inputs: input.files.map((file) =>
      manifestInput(
        { uri: file.uri, bytes: file.bytes, format: file.loader.value.name },
        run.segments.get(file.path) ?? [],
      ),
    ),
    copies: input.copies,
    config: describeConfig(config),
    plugins: config.plugins.map(({ name, version }) => ({ name, version })),
    traces: counts.traces,
    examples: Object.values(facts).reduce((sum, split) => sum + split.examples, 0),
    unreadable: sortedKeys(counts.byCode),
    drops: sortedKeys(counts.byReason),
    losses: sortedKeys(counts.losses),
    tokens: { counted: config.tokenizer !== undefined, total: counts.tokens },
    splits,
    datasets,
    files,
  }
  const seconds = run.progress.seconds()
  writeWhole(
    `${out}/stats.json`,
    statsFile(config, counts, { splits: facts, datasets, seconds, workers, tasks: run.tasks }),
  )
  checkStrict(run, counts)
  writeWhole(`${out}/manifest.json`, `${JSON.stringify(manifest, undefined, 2)}\n`)
  if (options.limit === undefined) removeOtherWork(run.plan, run.done)
  return {
    out,
    traces: counts.traces,
    examples: manifest.examples,
    dropped: counts.drops,
    unreadable: counts.unreadable,
    rows: rowCounts(datasets),
    counts,
    sources: sourceCounts(input, counts),
    copies: input.copies.length,
    hidden: input.hidden.length,
    splits: facts,
    tasks: run.tasks,
    seconds: seconds.all ?? 0,
  }
}

/** By format, in the order of the names; files that no loader reads come last. */
function sourceCounts({ files, refused }: DatasetRun['input'], counts: Counts): SourceCounts[] {
  const byFormat = Map.groupBy(files, (file) => file.loader.value.name)
  const read = [...byFormat]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([format, own]) => ({
      format,
      files: own.length,
      traces: counts.byFormat[format] ?? 0,
      messages: counts.messagesByFormat[format] ?? 0,
      toolCalls: counts.callsByFormat[format] ?? 0,
    }))
  const none = { files: refused.length, traces: 0, messages: 0, toolCalls: 0 }
  return refused.length === 0 ? read : [...read, none]
}

function checkStrict({ options }: DatasetRun, counts: Counts): void {
  if (options.strict !== true || counts.droppedValues === 0) return
  const worst = counts.ledger
    .map(({ plugin, field, dropped, unknown }) => ({ name: `${plugin} ${field}`, count: dropped + unknown }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 5)
    .map(({ name, count }) => `${name} (${count})`)
  throw sftError(
    'SFT_STRICT_LOSS',
    `${counted(counts.droppedValues, 'value')} of fields dropped: ${worst.join(', ')}.`,
  )
}

/** Counts of what is in the dataset: without what `select` has dropped since. */
function keptCounts(counts: Counts, splits: readonly SplitFacts[]): Counts {
  if (splits.length === 0) return counts
  const total = (of: (split: SplitFacts) => number): number =>
    splits.reduce((sum, split) => sum + of(split), 0)
  return { ...counts, examples: total((split) => split.examples), tokens: total((split) => split.tokens) }
}

/** Rows per format and split. */
export function rowCounts(datasets: readonly DatasetReference[]): RunResult['rows'] {
  return Object.fromEntries(
    datasets.map(({ format, splits }) => [
      format,
      Object.fromEntries(
        Object.entries(splits).map(([split, parts]) => [
          split,
          parts.reduce((sum, part) => sum + (part.rows ?? 0), 0),
        ]),
      ),
    ]),
  )
}

/** By name: the order in which things were met says nothing, and would differ with the number of workers. */
function sortedKeys(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
}
