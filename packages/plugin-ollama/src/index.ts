/** From a trained model to GGUF and Ollama, verified at every step. */

export { type Conversation, type ConversationOptions, openConversation } from './chat/conversation.ts'
export { type RecordedTools, recordedTools } from './chat/recorded-tools.ts'
export {
  type FoundOllama,
  type KnownArchitecture,
  type ServingMachine,
  servingMachine,
} from './check-machine.ts'
export type {
  AnswerOptions,
  Chat,
  Engine,
  Likelihood,
  ModelAnswer,
  ModelCall,
} from './engine/engine.ts'
export { type OpenModelOptions, openModel } from './engine/open-model.ts'
export {
  type EvalRole,
  type EvaluatedModel,
  type EvaluatedTurn,
  type EvaluateOptions,
  type Evaluation,
  evaluateRun,
} from './eval/evaluate-run.ts'
export type { EvalFigures } from './eval/figures.ts'
export type { TurnOutcome } from './eval/outcome.ts'
export type { HeldOutSplit } from './eval/run-files.ts'
export { QUANTIZATIONS, type Quantization } from './gguf/quantization.ts'
export { type SetUpServe, type SetUpServeOptions, setUpServe } from './library/install.ts'
export type { MadeModel } from './make/request.ts'
export { ollama } from './ollama.ts'
export type { MakeModelOptions, OllamaOptions } from './options.ts'
export { type ToOllamaOptions, toOllama } from './to-ollama.ts'
export type { GateName, GateResult } from './verify/gate.ts'
export type { ChatMessage } from './verify/probes.ts'
export { version as ollamaVersion } from './version.ts'
