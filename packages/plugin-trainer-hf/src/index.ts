export type { Launch, Launcher, WorkerEnd } from './launch/types.ts'
export { version as trainerHfVersion } from './version.ts'
export type { Method, RunFile, WorkerEvent, WorkerRun } from './worker/protocol.ts'
