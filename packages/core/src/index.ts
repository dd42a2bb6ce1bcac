/** The public api of sftkit's core. Everything else in this package is internal. */
export { defineConfig } from './config/define.ts'
export { nearestName } from './config/issues.ts'
export { configFileNames, findConfigFile } from './config/load.ts'
export type * from './config/types.ts'
export { type CallArguments, parseArguments } from './data/arguments.ts'
export type * from './data/example.ts'
export { rowMetadata, traceToExample } from './data/example.ts'
export {
  isJsonObject,
  isRawNumber,
  type JsonObject,
  type JsonPrimitive,
  type JsonValue,
  parseJson,
  type RawNumber,
} from './data/json.ts'
export {
  type ContentPart,
  isTrained,
  isUserTurn,
  type Message,
  messageText,
  type Role,
  type ToolCall,
  type ToolDefinition,
} from './data/message.ts'
export type * from './data/tags.ts'
export type * from './data/trace.ts'
export { traceToLine } from './data/trace-line.ts'
export { type Bounds, cost, outcome, resolved, reward, tokens, turns } from './dsl/compare.ts'
export { all, any, type Condition, type Measures, not } from './dsl/condition.ts'
export { tag } from './dsl/tag.ts'
export { type CatalogEntry, catalog, type ErrorCode } from './errors/catalog.ts'
export {
  type ErrorPlace,
  errorText,
  isSftError,
  type SftError,
  type SftErrorInit,
  sftError,
} from './errors/error.ts'
export { formatError } from './errors/format.ts'
export { redactSecrets } from './errors/redact.ts'
export { leanHeap } from './executors/lean-heap.ts'
export type * from './llm/types.ts'
export { databaseProblem } from './load/database-problem.ts'
export { openDatabase } from './load/open-database.ts'
export { parquetRows } from './load/parquet-rows.ts'
export { counted } from './log/counted.ts'
export type { Logger, LogLevel } from './log/logger.ts'
export { createLogger, type LogSink, silentLogger } from './log/logger.ts'
export { type SplitInterval, splitIntervals, splitPosition } from './pipeline/split-position.ts'
export type { LedgerLine } from './pipeline/tally.ts'
export { definePlugin, parseOptions } from './plugin/define.ts'
export type * from './plugin/types.ts'
export { foldRepeats } from './repeats/fold-repeats.ts'
export { describePlugins, type PluginOverview } from './run/describe.ts'
export { diffRuns, indexFile, type RunDiff } from './run/diff.ts'
export {
  type InspectedFile,
  type Inspection,
  inspectInput,
  type MessageLine,
  type TraceLine,
} from './run/inspect.ts'
export type { RunEnvironment, RunOptions, RunResult, SourceCounts } from './run/options.ts'
export { runPipeline } from './run/run.ts'
export { makeFolders } from './run-directory/make-folders.ts'
export { type Manifest, readManifest } from './run-directory/manifest.ts'
export { writeWhole } from './run-directory/write.ts'
