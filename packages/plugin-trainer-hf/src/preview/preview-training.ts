import { basename, isAbsolute, join } from 'node:path'
import { type RunStageContext, type StagePreview, silentLogger } from '@sftkit/core'
import { workerFile } from '../environment/files.ts'
import { environmentIfThere, type TrainEnvironment } from '../environment/open-environment.ts'
import { type TrainerSettings, trainedFormat } from '../options.ts'
import { datasetOf, type TrainDataset } from '../run/dataset.ts'
import { fingerprintOf } from '../run/fingerprint.ts'
import { trainJob } from '../run/jobs.ts'
import { type ModelPlace, modelPlaces } from '../run/model-places.ts'
import { checkTemplate } from '../template/check.ts'
import { cutBy } from './cut.ts'
import { trainingSeconds } from './duration.ts'
import { checkAnyLeft, checkLengths, dropsPrompts, rowLengths } from './lengths.ts'
import { markedRow } from './marked-row.ts'
import { packedSequences } from './packing.ts'
import { reportData, reportText, type TrainingReport } from './report.ts'
import { type StepArguments, trainedEpochs, trainingSteps } from './steps.ts'

/**
 * Says what training would do: how the rows are tokenised and what of them is learned, what `max_length` cuts, how many
 * steps there are, and the command. No weights are read. Without a training environment everything is said that the
 * model's files tell.
 *
 * @throws SFT_TEMPLATE_…, as the training itself would
 */
export async function previewTraining(
  settings: TrainerSettings,
  context: RunStageContext,
): Promise<StagePreview> {
  const dataset = datasetOf(trainedFormat(settings), context)
  const environment = await environmentIfThere(settings.launcher)
  const places = modelPlaces(settings, join(context.out, 'model'), context.config.root)
  const reports: TrainingReport[] = []
  for (const place of places) reports.push(await report(place, settings, dataset, environment, context))
  return {
    text: reports.map(reportText).join('\n\n'),
    data: { models: reports.map(reportData) },
  }
}

async function report(
  place: ModelPlace,
  settings: TrainerSettings,
  dataset: TrainDataset,
  environment: TrainEnvironment | undefined,
  context: RunStageContext,
): Promise<TrainingReport> {
  const { signal } = context
  const { args, method, maxCutShare, revision } = settings
  const paths = (files: TrainDataset['train']): string[] => files.map(({ path }) => path)
  const [train, validation] = [paths(dataset.train), paths(dataset.validation)]
  const check = await checkTemplate({
    model: { path: place.model, ...(revision !== undefined && { revision }) },
    files: [...train, ...validation],
    assistantOnly: method === 'sft' && dataset.format === 'messages' && args.assistant_only_loss !== false,
    signal,
    ...(environment !== undefined && { python: environment.python }),
  })
  const { learning } = check
  const maxLength = 'max_length' in args ? (args.max_length as number | null) : settings.maxLength
  const limit = maxLength ?? undefined
  const cut = cutBy(args, limit)
  const lengths = await rowLengths(train, learning, cut, signal)
  if (method === 'sft') checkLengths(lengths, limit, maxCutShare)
  else if (dropsPrompts(method, cut)) checkAnyLeft(lengths, limit)
  const packing = Boolean(args.packing ?? settings.packing)
  const packed = method === 'sft' && limit !== undefined ? packedSequences(lengths.lengths, limit) : undefined
  const kept = 1 - (lengths.tokenised === 0 ? 0 : lengths.dropped / lengths.tokenised)
  const rows = method === 'dpo' ? lengths.rows : Math.round(lengths.sequences * kept)
  const sequences =
    packing && packed !== undefined ? Math.round((packed * lengths.sequences) / lengths.tokenised) : rows
  const given = stepArgumentsOf(settings)
  const stepArguments = { ...given, epochs: trainedEpochs(sequences, given) }
  const row = await markedRow(train, learning, cut)
  const each = lengths.tokenised === 0 ? 0 : lengths.tokens / lengths.tokenised
  const seconds = await trainingSeconds(
    check.chat.files.folder,
    {
      rows: each * lengths.sequences,
      trained: Math.min(each, limit ?? each) * lengths.sequences * stepArguments.epochs,
    },
    settings,
  )
  const command = environment && (await commandOf(place, settings, dataset, environment, context))
  return {
    model: isAbsolute(place.model) ? basename(place.model) : place.model,
    method,
    format: dataset.format,
    check,
    train: lengths,
    validation: await rowLengths(validation, learning, cut, signal),
    maxCutShare,
    packing,
    steps: trainingSteps(sequences, stepArguments),
    stepArguments,
    ...(limit !== undefined && { maxLength: limit }),
    ...(packed !== undefined && { packed }),
    ...(seconds !== undefined && { seconds }),
    ...(row !== undefined && { row }),
    ...(command !== undefined && { command }),
  }
}

/** TRL's own names in `args` have the last word. */
function stepArgumentsOf({ args, ...settings }: TrainerSettings): StepArguments {
  const given = (name: string, otherwise: number): number =>
    typeof args[name] === 'number' ? args[name] : otherwise
  return {
    epochs: given('num_train_epochs', settings.epochs),
    batchSize: given('per_device_train_batch_size', settings.batchSize),
    gradientAccumulation: given('gradient_accumulation_steps', settings.gradientAccumulation),
    worldSize: settings.launcher?.worldSize ?? 1,
    maxSteps: given('max_steps', -1),
  }
}

async function commandOf(
  place: ModelPlace,
  settings: TrainerSettings,
  dataset: TrainDataset,
  environment: TrainEnvironment,
  { out, signal }: RunStageContext,
): Promise<readonly string[]> {
  const job = await trainJob(
    place,
    { settings, dataset, environment },
    { log: silentLogger, signal, dry: true },
  )
  const folder = job.folder.startsWith(out) ? job.folder.slice(out.length + 1) : job.folder
  return job.launcher.command({
    run: { ...job.run, fingerprint: fingerprintOf(job.run), resume: false },
    runFile: join(folder, 'run.json'),
    workerFile: workerFile(),
    python: environment.python,
    folder,
  })
}
