/** What authors of sftkit plugins test with, in any test runner. */
export { buildTrace, type TraceFields } from './build-trace.ts'
export { type ContractCheck, describeContract, pluginContract, type TestRunner } from './contract/contract.ts'
export type { ContractOptions } from './contract/options.ts'
export { deepFreeze } from './deep-freeze.ts'
export { expectSftError } from './expect-sft-error.ts'
export {
  type FakeProgram,
  type FakeProgramOptions,
  fakeProgram,
  type ProgramCall,
  type ProgramStep,
} from './fake-program.ts'
export { assistant, system, toolCall, toolResult, user } from './messages.ts'
export { type DropLine, type LossLine, type RunFiles, readRun, type UnreadableLine } from './read-run.ts'
export { describePlace, type HookRecording, recordHooks } from './record-hooks.ts'
export type {
  HubAccount,
  HubCommit,
  HubReply,
  HubRepo,
  HubRequest,
  ScriptedHub,
  ScriptedHubOptions,
} from './scripted-hub/options.ts'
export { scriptedHub } from './scripted-hub/server.ts'
export type {
  ScriptedAnswer,
  ScriptedBatches,
  ScriptedFaults,
  ScriptedLlmOptions,
  ScriptedQuestion,
  ScriptedToolCall,
} from './scripted-llm/options.ts'
export { type ScriptedCall, type ScriptedLlm, scriptedLlm } from './scripted-llm/server.ts'
export type { TestFile, TestInput } from './test-input.ts'
export { type FailedRun, failedRun, type TestRun, type TestRunOptions, testRun } from './test-run.ts'
export { type HandlerPlace, type WrapHandler, wrapPlugin } from './wrap-plugin.ts'
