import type { ConfigSession } from '../config/session.ts'
import { sftError } from '../errors/error.ts'
import { silentLogger } from '../log/logger.ts'
import type { Artifact, Checkpoint, RunStageContext, StagePreview } from '../plugin/types.ts'
import { readManifest } from '../run-directory/manifest.ts'
import { earlierCheckpoint, keepCheckpoint } from './earlier-checkpoint.ts'
import { stageReport } from './later-progress.ts'
import type { RunOptions, RunResult } from './options.ts'

/** What the stages after the dataset made. */
export type LaterResult = Pick<RunResult, 'checkpoint' | 'artifacts' | 'preview'>

/** Phase 5: train → convert → publish, over references to files; whatever no plugin does is left out. */
export async function runLaterStages(
  session: ConfigSession,
  options: RunOptions,
  result: RunResult,
): Promise<LaterResult> {
  const { registry } = session
  const until = options.until ?? 'convert'
  if (until !== 'train' && until !== 'convert') return {}
  const used = registry.train.taps.length + registry.converters.size + registry.publish.taps.length
  if (used === 0) return {}
  const contextOf = stageContexts(session, options, result)
  if (options.dryRun === true) return previewTraining(session, contextOf)
  const checkpoint =
    options.from === 'convert'
      ? earlierCheckpoint(result.out)
      : ((await registry.train.promise(contextOf('train'))) as Checkpoint | undefined)
  if (checkpoint !== undefined && options.from !== 'convert') keepCheckpoint(result.out, checkpoint)
  if (until === 'train') return { ...(checkpoint !== undefined && { checkpoint }) }
  const artifacts: Artifact[] = []
  if (checkpoint !== undefined) {
    const checkpoints = [checkpoint, ...(checkpoint.others ?? [])]
    for (const { value: convert } of registry.converters.values())
      for (const one of checkpoints)
        artifacts.push(await convert({ ...contextOf('convert'), checkpoint: one, checkpoints }))
  } else if (registry.converters.size > 0) {
    throw sftError('SFT_STAGE_MISSING', 'There is nothing to convert: no plugin trained a model.')
  }
  await registry.publish.promise({
    ...contextOf('publish'),
    ...(checkpoint !== undefined && { checkpoint }),
    artifacts,
  })
  return { ...(checkpoint !== undefined && { checkpoint }), artifacts }
}

/** What would keep a training from beginning is said before the dataset is made. Runs that do not train ask nobody. */
export async function checkTraining(
  { registry, config }: ConfigSession,
  { until = 'convert', from, dryRun = false, log = silentLogger, signal }: RunOptions,
): Promise<void> {
  if ((until !== 'train' && until !== 'convert') || from === 'convert') return
  for (const { value: check } of registry.trainChecks.all())
    await check({
      config,
      log,
      signal: signal ?? new AbortController().signal,
      out: config.output.dir,
      dryRun,
    })
}

async function previewTraining(
  { registry }: ConfigSession,
  contextOf: (stage: string) => RunStageContext,
): Promise<LaterResult> {
  for (const { value: preview } of registry.trainPreviews.all()) {
    const said = (await preview(contextOf('train'))) as StagePreview | undefined
    if (said !== undefined) return { preview: said }
  }
  return {}
}

function stageContexts(
  session: ConfigSession,
  options: RunOptions,
  result: RunResult,
): (stage: string) => RunStageContext {
  const { datasets, files } = readManifest(result.out)
  return (stage) => ({
    config: session.config,
    log: options.log ?? silentLogger,
    signal: options.signal ?? new AbortController().signal,
    out: result.out,
    datasets,
    files,
    fresh: options.fresh === true,
    report: stageReport(stage, session, options, result),
  })
}
