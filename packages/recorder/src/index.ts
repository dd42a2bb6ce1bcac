export {
  type ContentReference,
  type ContentReferences,
  encodeRow,
  type RestoredRow,
  restoreContents,
} from './format/contents.ts'
export { type DamagedPart, type RecordingLine, readLines } from './format/lines.ts'
export type * from './format/rows.ts'
export { version as recorderVersion } from './version.ts'
