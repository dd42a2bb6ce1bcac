/** Asking language models from plugins, at scale and without paying twice. */
export { askFor, jsonSchemaOf, type TypedAnswer, type TypedRequest } from './ask-for.ts'
export { type CacheReport, cacheReport, type PruneOptions, pruneCache } from './cache/report.ts'
export { llm } from './llm.ts'
export { type LlmOptions, settingsSchema as llmSettingsSchema } from './options.ts'
export { QUOTED_IS_DATA, quoted } from './quoted.ts'
export { type Transcript, type TranscriptOptions, transcript } from './transcript/transcript.ts'
