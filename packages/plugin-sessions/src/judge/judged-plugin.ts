import { hash } from 'node:crypto'
import { resolve } from 'node:path'
import { definePlugin, type Plugin, parseOptions, type ResolvedConfig } from '@sftkit/core'
import { z } from 'zod'
import { type Judgment, judgmentNames } from '../schema/tables.ts'
import { version } from '../version.ts'
import { type Judged, readJudgments } from './judgments.ts'
import { judgmentsFile } from './judgments-file.ts'

export interface JudgedOptions {
  /** What has to have been said last. Default `acceptable`. */
  readonly judgment?: Judgment
  /** The database with the judgments; relative to the config. Default: where `sft judge` puts those of the input. */
  readonly judgments?: string
  /** The plugin's name, where it is listed twice. Default `judged`. */
  readonly name?: string
}

const schema = z.strictObject({
  judgment: z.enum(judgmentNames).default('acceptable'),
  judgments: z.string().min(1).optional(),
  name: z.string().min(1).default('judged'),
})

/**
 * Keeps the traces that somebody judged so with `sft judge`; a trace is found by its id, else by its session's. What
 * is left out is a drop: `judgment-missing`, `judgment-acceptable`, `judgment-unacceptable`.
 *
 * @throws SFT_PLUGIN_OPTIONS where an option is not known; while it runs SFT_JUDGMENTS_UNREADABLE
 */
export function judged(input: JudgedOptions = {}): Plugin {
  const options = parseOptions('judged', schema, input)
  const read = ({ root, input: inputs }: ResolvedConfig): ReadonlyMap<string, Judged> =>
    readJudgments(
      options.judgments === undefined ? judgmentsFile(inputs, root) : resolve(root, options.judgments),
    )
  let known: ReadonlyMap<string, Judged> | undefined
  return definePlugin({
    name: options.name,
    version,
    options,
    key(config) {
      // Commands that filter nothing work before there is a judgment: `sft judge` itself.
      known = attempt(() => read(config))
      const said = [...(known ?? [])].map(([session, { judgment }]) => [session, judgment])
      return hash('sha256', JSON.stringify(said.sort()))
    },
    setup(api) {
      api.filter((trace, { config }) => {
        known ??= read(config)
        const judgment = (known.get(trace.id) ?? known.get(trace.session))?.judgment
        return judgment === options.judgment ? undefined : { reason: `judgment-${judgment ?? 'missing'}` }
      })
    },
  })
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
