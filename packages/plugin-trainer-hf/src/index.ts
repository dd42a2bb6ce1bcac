/** Training with Hugging Face's TRL. */
export type { RowSource, TrainRow, TrainRows } from './code/rows.ts'
export { type TrainedModel, type TrainSftOptions, trainSft } from './code/train-sft.ts'
export {
  type EnvironmentPlan,
  makeEnvironment,
  planEnvironment,
} from './environment/make-environment.ts'
export {
  type ModelNeeds,
  modelNeeds,
  type TrainingMachine,
  trainingMachine,
} from './estimate/check-machine.ts'
export { type LauncherProgram, launcherPrograms } from './estimate/launcher-programs.ts'
export { type AccelerateOptions, accelerate } from './launch/accelerate.ts'
export { command } from './launch/command/command.ts'
export type { CommandOptions } from './launch/command/options.ts'
export { hfJobs } from './launch/hf-jobs/hf-jobs.ts'
export type { HfJobsOptions } from './launch/hf-jobs/options.ts'
export { type LocalOptions, local } from './launch/local.ts'
export type { SlurmOptions } from './launch/slurm/options.ts'
export { slurm } from './launch/slurm/slurm.ts'
export type { Launch, Launcher, LeftJob, WorkerEnd } from './launch/types.ts'
export type { TrainerHfOptions } from './options.ts'
export { trainerHf } from './trainer-hf.ts'
export { version as trainerHfVersion } from './version.ts'
export type { Fingerprint, Method, RunFile, WorkerEvent, WorkerRun } from './worker/protocol.ts'
