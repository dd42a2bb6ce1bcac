import { sftError } from '../errors/error.ts'
import { counted } from '../log/counted.ts'
import type { Counts } from '../pipeline/tally.ts'
import type { DatasetRun } from './dataset-run.ts'

/** A run that ends with no example is an error. @throws SFT_NO_EXAMPLES with the commonest reasons */
export function requireExamples({ collector, session }: DatasetRun): void {
  const { counts } = collector.tally
  if (counts.examples > 0) return
  const reasons = commonestReasons(counts)
  const nothing = `nothing was read that ${session.config.format.join(', ')} takes`
  const why = reasons === '' ? nothing : `dropped by ${reasons}`
  throw sftError(
    'SFT_NO_EXAMPLES',
    `${counted(counts.traces, 'trace')} read, and no example is left: ${why}.`,
    fixForComparisons(session),
  )
}

/** Kinds of rows that compare answers: no trace is one by itself. */
const COMPARED = new Set(['preference', 'unpaired'])

/** Where rows come from that no loader makes, where those alone are asked for. */
function fixForComparisons({ config, registry }: DatasetRun['session']): { readonly fix?: string } {
  const takes = config.format.flatMap((name) => registry.formats.get(name)?.value.takes ?? [])
  if (takes.length === 0 || !takes.every((kind) => COMPARED.has(kind))) return {}
  return {
    fix: `Rows of ${config.format.join(' and ')} are made of several attempts at one task, of which some succeeded and others failed: add runPairs() for whole runs, or swePairs() for patches with their test logs. Files of pairs (\`chosen\`, \`rejected\`) or of labelled answers are read as such attempts. Traces without that make rows of \`messages\`.`,
  }
}

/** `select` may have dropped the rest. */
export function requireSelected({ index, collector }: DatasetRun): void {
  const [left] = index.query('select 1 from examples where dropped is null limit 1')
  if (left !== undefined) return
  throw sftError(
    'SFT_NO_EXAMPLES',
    `No example is left: dropped by ${commonestReasons(collector.tally.counts)}.`,
  )
}

function commonestReasons({ byReason }: Counts): string {
  return Object.entries(byReason)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([key, count]) => {
      const [, plugin, ...reason] = key.split(' ')
      return `${plugin}: ${reason.join(' ')} (${count})`
    })
    .join(', ')
}

/** The error of a run whose input was unreadable beyond what is allowed. */
export function tooManyUnreadable({ collector, session, input, options }: DatasetRun): Error | undefined {
  const { counts } = collector.tally
  // Of a look at the first traces, the share would be that of all other files to a few rows.
  if (options.limit !== undefined && counts.traces > 0) return undefined
  const share = counts.records === 0 ? 0 : counts.unreadable / counts.records
  if (counts.unreadable === 0 || share <= session.config.maxUnreadable) return undefined
  const commonest = Object.entries(counts.byCode)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} (${count})`)
  const [refused] = input.refused
  const first = refused ?? collector.tally.firstUnreadable()
  const line = first !== undefined && 'line' in first && first.line !== undefined ? `:${first.line}` : ''
  const example = first === undefined ? '' : ` For example ${first.uri}${line}: ${first.message}`
  const percent = (value: number): string => `${(value * 100).toFixed(1)} %`
  const limit = percent(session.config.maxUnreadable)
  const much = `${counts.unreadable} of ${counted(counts.records, 'row')} unreadable (${percent(share)}, allowed ${limit})`
  return sftError('SFT_TOO_MANY_UNREADABLE', `${much}: ${commonest.join(', ')}.${example}`)
}
