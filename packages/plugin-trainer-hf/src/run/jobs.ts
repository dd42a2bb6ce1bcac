import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { makeFolders } from '@sftkit/core'
import { loraArguments, quantizationArguments, trainerArguments } from '../arguments/build.ts'
import { checkedArguments } from '../arguments/check.ts'
import { checkLora } from '../arguments/check-lora.ts'
import type { TrainEnvironment } from '../environment/open-environment.ts'
import { local } from '../launch/local.ts'
import type { TrainerSettings } from '../options.ts'
import { cutBy } from '../preview/cut.ts'
import { checkAnyLeft, checkLengths, dropsPrompts, rowLengths } from '../preview/lengths.ts'
import { checkTemplate, type TemplateCheck } from '../template/check.ts'
import { writeTurnRows } from '../template/turn-rows.ts'
import { PROTOCOL, type RunFile, type WorkerRun } from '../worker/protocol.ts'
import type { TrainDataset, TrainFile } from './dataset.ts'
import type { ModelPlace } from './model-places.ts'
import type { TrainContext, TrainJob } from './train-one.ts'

/** What all models of a config share. */
export interface JobsInput {
  readonly settings: TrainerSettings
  readonly dataset: TrainDataset
  readonly environment: TrainEnvironment
  /** The model's folder of the run directory; several models have one below it each. */
  readonly folder: string
  /** What relative paths of models are relative to. */
  readonly root: string
}

/** What the worker is told for one model: options, rows and the chat template put together and checked. */
export async function trainJob(
  { model, folder }: ModelPlace,
  { settings, dataset, environment }: Omit<JobsInput, 'folder' | 'root'>,
  context: Pick<TrainContext, 'log' | 'signal'> & { readonly dry?: boolean },
): Promise<TrainJob> {
  const { method } = settings
  const fields = environment.fields.configs[method]
  const args = checkedArguments(settings.args, method, fields, context.log)
  checkLora(settings, environment)
  const validates = dataset.validation.length > 0
  const built = trainerArguments(settings, args, { validates, format: dataset.format, fields })
  const check = await templateCheck(model, dataset, built, { settings, environment }, context)
  const rows =
    check.training?.by === 'turns' && built.assistant_only_loss === true
      ? await turnRows(dataset, context.dry === true ? undefined : folder, check)
      : dataset
  const launcher = settings.launcher ?? local()
  const lora = loraArguments(settings)
  const quantization = quantizationArguments(settings)
  const forRun = rows === dataset ? check.training?.forRun : undefined
  const run: TrainJob['run'] = {
    protocol: PROTOCOL,
    task: 'train',
    method,
    model: {
      path: model,
      ...(settings.revision !== undefined && { revision: settings.revision }),
      ...(settings.trustRemoteCode && { trustRemoteCode: true }),
    },
    dataset: {
      format: rows.format,
      train: rows.train.map((file) => runFile(file, folder)),
      validation: rows.validation.map((file) => runFile(file, folder)),
      ...(rows.columns !== undefined && { columns: rows.columns }),
    },
    arguments: check.argumentsAs,
    args: rows === dataset ? built : { ...built, assistant_only_loss: false },
    ...(lora !== undefined && { lora }),
    ...(quantization !== undefined && { quantization }),
    ...(forRun !== undefined && { trainingTemplate: forRun }),
    dtype: settings.dtype,
    device: settings.device,
    output: { folder: '.', events: 'events.jsonl' },
    mergeAdapter: settings.merge && launcher.ownTrainer === undefined,
    ...(launcher.ownTrainer !== undefined && { ownTrainer: launcher.ownTrainer.settings }),
    ...(settings.earlyStop !== undefined && { earlyStopping: settings.earlyStop }),
    checks: { maxCutShare: settings.maxCutShare, worldSize: launcher.worldSize },
  }
  const warnings = [...check.warnings.map(({ text }) => text), ...(rows === dataset ? [] : [TURN_BY_TURN])]
  return { run, folder, launcher, environment, stall: settings.stall, title: titleOf(run), warnings }
}

const TURN_BY_TURN =
  'the chat template does not tell what the assistant wrote: one row is trained for each of its turns'

function runFile({ path, sha256, rows }: TrainFile, folder: string): RunFile {
  return { path: relative(folder, path), sha256, ...(rows !== undefined && { rows }) }
}

function titleOf({ model, method, lora }: Pick<WorkerRun, 'model' | 'method' | 'lora'>): string {
  const name = existsSync(model.path) ? basename(model.path) : model.path
  return `${name} · ${method.toUpperCase()}${lora === undefined ? '' : ' · LoRA'}`
}

/** So much of the rows is tokenised before a launch, in about a second; the worker counts all of them. */
const QUICK_BYTES = 4 * 1024 * 1024

/** Holds the rows against the template, before anything is launched. */
async function templateCheck(
  model: string,
  dataset: TrainDataset,
  args: Readonly<Record<string, unknown>>,
  { settings, environment }: Pick<JobsInput, 'environment' | 'settings'>,
  { signal }: Pick<TrainContext, 'signal'>,
): Promise<TemplateCheck> {
  const files = [...dataset.train, ...dataset.validation].map(({ path }) => path)
  const { revision } = settings
  const check = await checkTemplate({
    model: { path: model, ...(revision !== undefined && { revision }) },
    files,
    python: environment.python,
    assistantOnly: args.assistant_only_loss === true,
    signal,
  })
  const limit = args.max_length
  const { method, maxCutShare } = settings
  if (typeof limit !== 'number') return check
  const cut = cutBy(args, limit)
  if (method === 'sft' || dropsPrompts(method, cut)) {
    const train = dataset.train.map(({ path }) => path)
    const lengths = await rowLengths(train, check.learning, cut, signal, QUICK_BYTES)
    if (method === 'sft') checkLengths(lengths, limit, maxCutShare)
    else checkAnyLeft(lengths, limit)
  }
  return check
}

/**
 * Where no template can mark what is learned: a row for each learned turn, beside the model.
 *
 * @param folder undefined: nothing is written
 */
async function turnRows(
  dataset: TrainDataset,
  folder: string | undefined,
  { argumentsAs }: TemplateCheck,
): Promise<TrainDataset> {
  if (folder === undefined) return { ...dataset, format: 'prompt-completion' }
  makeFolders(join(folder, 'rows'))
  const written = async (files: readonly TrainFile[], name: string): Promise<TrainFile[]> => {
    if (files.length === 0) return []
    const path = join(folder, 'rows', `${name}.jsonl`)
    const paths = files.map((file) => file.path)
    return [{ path, ...(await writeTurnRows(paths, path, argumentsAs)) }]
  }
  return {
    format: 'prompt-completion',
    train: await written(dataset.train, 'train'),
    validation: await written(dataset.validation, 'validation'),
    columns: { prompt: 'json-list', completion: 'json-list', tools: 'json-list' },
  }
}
