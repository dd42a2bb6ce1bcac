import type { ResolvedConfig } from '../config/types.ts'
import { counted } from '../log/counted.ts'
import type { Counts } from '../pipeline/tally.ts'
import type { ColumnType, DatasetReference } from '../plugin/types.ts'
import type { Columns } from './columns.ts'

export interface CardFacts {
  readonly config: ResolvedConfig
  readonly counts: Counts
  readonly datasets: readonly DatasetReference[]
  /** Examples, groups and tokens of each split. */
  readonly splits: Readonly<Record<string, SplitFacts>>
  readonly inputs: number
  /** The columns that a format declares: a reader that guesses them from the first rows fails on later ones. */
  columnsOf(format: string): Columns | undefined
}

export interface SplitFacts {
  readonly examples: number
  readonly groups: number
  readonly tokens: number
}

const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
const SIZE_NAMES = [
  'n<1K',
  '1K<n<10K',
  '10K<n<100K',
  '100K<n<1M',
  '1M<n<10M',
  '10M<n<100M',
  '100M<n<1B',
  'n>1B',
]

/** The dataset's card: the Hub's YAML header and what a reader has to know. The same for the same rows. */
export function datasetCard(facts: CardFacts): string {
  return `${header(facts)}\n${body(facts)}`
}

function header({ datasets, counts, columnsOf }: CardFacts): string {
  const configs = datasets.flatMap(({ format, splits }, index) => {
    const files = Object.entries(splits).flatMap(([split, parts]) =>
      parts
        .filter((part) => (part.rows ?? 0) > 0)
        .map((part) => ({ split, path: part.path.replace(/^dataset\//, '') })),
    )
    if (files.length === 0) return []
    const bySplit = Map.groupBy(files, (file) => file.split)
    const lines = [...bySplit].map(([split, parts]) => {
      const paths = parts.map((part) => part.path)
      return `      - {split: ${split}, path: ${paths.length === 1 ? paths[0] : `[${paths.join(', ')}]`}}`
    })
    return [
      `  - config_name: ${format}`,
      ...(index === 0 ? ['    default: true'] : []),
      '    data_files:',
      ...lines,
    ]
  })
  const info = datasets.flatMap(({ format }) => {
    const columns = columnsOf(format)
    return columns === undefined
      ? []
      : [`  - config_name: ${format}`, '    features:', ...Object.entries(columns).map(feature)]
  })
  const size = SIZE_NAMES[SIZES.findIndex((limit) => counts.examples < limit)] ?? 'n>1B'
  return [
    '---',
    'task_categories: [text-generation]',
    'tags: [agent-traces, sft, tool-calling, sftkit]',
    `size_categories: ["${size}"]`,
    ...(configs.length > 0 ? ['configs:', ...configs] : []),
    ...(info.length > 0 ? ['dataset_info:', ...info] : []),
    '---',
    '',
  ].join('\n')
}

const FEATURE_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'dtype: string',
  boolean: 'dtype: bool',
  json: 'dtype: json',
  'json-list': 'list: json',
  'string-list': 'list: string',
}

/** As the YAML of `datasets` 4.7 and newer names it. */
function feature([name, type]: [string, ColumnType]): string {
  return `      - {name: ${name}, ${FEATURE_TYPES[type]}}`
}

function body({ config, counts, splits, inputs, datasets }: CardFacts): string {
  const estimated = config.tokenizer === undefined
  const tokensNote = estimated ? 'estimated: 4 characters each' : 'counted with the configured tokenizer'
  const { by, ratios, seed } = config.split
  return [
    '# Dataset',
    '',
    `Made by sftkit from ${counted(counts.traces, 'agent trace')} in ${counted(inputs, 'file')}.`,
    '',
    '## Splits',
    '',
    ...table(
      ['split', 'examples', 'groups', `tokens (${tokensNote})`],
      Object.entries(splits).map(([name, split]) => [
        name,
        number(split.examples),
        number(split.groups),
        number(split.tokens),
      ]),
    ),
    '',
    `Split by ${by}, ratios ${JSON.stringify(ratios)}, seed ${seed}.${by === 'random' ? '' : ' No group (task, session, trace) stands in two splits.'}`,
    '',
    '## Formats',
    '',
    ...table(
      ['format', 'split', 'rows', 'sha256'],
      datasets.flatMap(({ format, splits: files }) =>
        Object.entries(files).flatMap(([split, parts]) =>
          parts.map((part) => [format, split, number(part.rows ?? 0), `\`${part.sha256.slice(0, 16)}…\``]),
        ),
      ),
    ),
    '',
    '## Where the traces come from',
    '',
    ...table(
      ['trace format', 'traces'],
      ranked(counts.byFormat).map(([name, count]) => [name, number(count)]),
    ),
    '',
    '## What was left out',
    '',
    ...(counts.drops === 0
      ? ['Nothing was dropped.']
      : table(
          ['stage', 'plugin', 'reason', 'count'],
          ranked(counts.byReason).map(([key, count]) => [...key.split(' '), number(count)]),
        )),
    '',
    ...(counts.unreadable === 0
      ? ['Every record was readable.']
      : table(
          ['unreadable', 'count'],
          ranked(counts.byCode).map(([code, count]) => [code, number(count)]),
        )),
    '',
    '## What was lost or changed in fields',
    '',
    ...(counts.lossCount === 0
      ? ['Nothing.']
      : table(
          ['plugin', 'field', 'kind', 'count'],
          ranked(counts.losses)
            .slice(0, 40)
            .map(([key, count]) => [...lossCells(key), number(count)]),
        )),
    '',
    '## How to load it',
    '',
    'From the folder that this card is in, or from the Hub, with `datasets` 4.7 or newer:',
    '',
    '```python',
    'from datasets import load_dataset',
    `dataset = load_dataset(".", "${datasets[0]?.format ?? 'messages'}")`,
    '```',
    '',
  ].join('\n')
}

function lossCells(key: string): string[] {
  const parts = key.split(' ')
  return [parts[0] ?? '', `\`${parts.slice(1, -1).join(' ')}\``, parts.at(-1) ?? '']
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

function ranked(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
