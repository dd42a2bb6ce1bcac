import { definePlugin, type Plugin, parseOptions } from '@sftkit/core'
import { createGate } from './extract/gate.ts'
import { type HintsOptions, optionsSchema, resultOptions } from './options.ts'
import { summaryOf } from './summary/summary.ts'
import { countsOf, type TrialCounts } from './summary/trial-facts.ts'
import { withoutHints } from './summary/without-hints.ts'
import { isAttempt, trialOf } from './trial/trial-of.ts'
import { version } from './version.ts'
import { hintsOfTrial, readTeamFiles, type TeamFiles, teamFilesKey } from './work.ts'

/**
 * Learns from all attempts at a task: asks a model what helped and what hurt in each, and puts the union as hints into
 * the task. Makes a task for each trial (format `harbor-tasks`), and a training row of its best successful attempt.
 * Without `format` in the config the formats are `messages` and `harbor-tasks`.
 *
 * @throws SFT_PLUGIN_OPTIONS where an option is not known, or a file that one names is not there
 */
export function hints(input: HintsOptions = {}): Plugin {
  const options = parseOptions('hints', optionsSchema, input)
  // Twice as many as may be in flight are ready in each thread; more would only fill memory. A batch takes all there are.
  const gate = createGate(options.mode === 'batch' ? Number.POSITIVE_INFINITY : 2 * options.batchSize)
  let files: TeamFiles | undefined
  const filesIn = (root: string): TeamFiles => {
    files ??= readTeamFiles(options, root)
    return files
  }
  return definePlugin({
    name: options.name,
    version,
    options: {
      ...resultOptions(options),
      // Known once the config's place is: a changed prompt is another question.
      get files() {
        return files === undefined ? undefined : teamFilesKey(files)
      },
    },
    setup(api) {
      api.modifyConfig((config) =>
        config.format === undefined ? { ...config, format: ['messages', 'harbor-tasks'] } : undefined,
      )
      api.configResolved(({ root }) => {
        filesIn(root)
      })
      api.augmentGroup({
        where: isAttempt,
        by: (trace) => (options.by === 'task' ? trace.group.key : trialOf(trace)),
        ...(options.maxTrials !== undefined && { first: options.maxTrials }),
        handler: ({ key, members }, context) =>
          hintsOfTrial(key, members, options, filesIn(context.config.root), gate, context),
      })
      api.measure(options.name, countsOf)
      api.select(({ index, log }) => {
        const rows = index.query(
          'select value from measures where name = ? order by example_id',
          options.name,
        )
        const trials = [...rows].map(({ value }) => JSON.parse(String(value)) as TrialCounts)
        for (const { level, text } of summaryOf(trials)) log[level](text)
        const without = withoutHints(index, options.name)
        if (without !== undefined) log.warn(without)
      })
    },
  })
}
