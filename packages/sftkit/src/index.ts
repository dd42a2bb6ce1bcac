/** sftkit: agent traces in, training data and models out. Everything that a config needs. */
export * from '@sftkit/core'
export * from '@sftkit/llm'
export * from '@sftkit/plugin-formats'
export * from '@sftkit/plugin-hints'
export * from '@sftkit/plugin-hub'
export * from '@sftkit/plugin-loaders'
export * from '@sftkit/plugin-ollama'
export * from '@sftkit/plugin-sessions'
export * from '@sftkit/plugin-split'
export * from '@sftkit/plugin-swe-pairs'
export * from '@sftkit/plugin-tagger'
export * from '@sftkit/plugin-trainer-hf'
export * from '@sftkit/recorder'
export { preset } from './preset.ts'
export { run } from './run.ts'
export {
  type TrainFromTracesOptions,
  type TrainResult,
  trainFromTraces,
  trainSft,
} from './train.ts'
