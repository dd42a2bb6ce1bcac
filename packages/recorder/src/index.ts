export { collectSessions, recordProxy, runBeside, serveRecording } from './capture.ts'
export {
  type ContentReference,
  type ContentReferences,
  encodeRow,
  type RestoredRow,
  restoreContents,
} from './format/contents.ts'
export { type DamagedPart, type RecordingLine, readLines } from './format/lines.ts'
export type * from './format/rows.ts'
export type { CollectedOf, CollectOptions } from './collect/collect.ts'
export type * from './proxy/exchange.ts'
export type { ForwardedExchange } from './proxy/forward.ts'
export type { RecordProxy, RecordProxyOptions } from './proxy/proxy.ts'
export type { Difference } from './proxy/serve/difference.ts'
export type { RecordingServer, ServeRecordingOptions, UnknownRequest } from './proxy/serve/serve-recording.ts'
export { version as recorderVersion } from './version.ts'
