import { counted, sftError } from '@sftkit/core'
import { cacheReport, pruneCache } from '@sftkit/llm'
import { bytes, count } from '../display.ts'
import { table } from '../table.ts'

interface CacheFlags {
  /** Days, or true where none are named. */
  readonly prune?: string | true
  readonly json?: boolean
}

/** `sft llm cache`: what is in the cache of models' answers; with `--prune`, what is old goes. */
export function llmCacheCommand(flags: object): void {
  const { prune, json = false } = flags as CacheFlags
  const removed = prune === undefined ? undefined : pruneCache(prune === true ? {} : { days: daysIn(prune) })
  const report = cacheReport()
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...report, ...(removed !== undefined && { removed }) })}\n`)
    return
  }
  const parts = [
    ...(removed === undefined ? [] : [`${counted(removed, 'answer')} removed`, '']),
    `${report.file}: ${bytes(report.bytes)}, ${counted(report.answers, 'answer')}, used again ${counted(report.hits, 'time')}`,
    ...(report.models.length === 0
      ? []
      : [
          '',
          table(
            ['model', 'endpoint', 'answers', 'used again', 'tokens paid', 'last used'],
            report.models.map(({ model, endpoint, answers, hits, tokens, used }) => [
              model,
              endpoint,
              count(answers),
              count(hits),
              count(tokens),
              used.slice(0, 10),
            ]),
          ),
        ]),
  ]
  process.stdout.write(`${parts.join('\n')}\n`)
}

function daysIn(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw sftError('SFT_USAGE', `--prune takes a number of days, and got ${text}.`)
}
