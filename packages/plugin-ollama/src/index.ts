/** From a trained model to GGUF and Ollama, verified at every step. */
export type { Quantization } from './gguf/quantization.ts'
export { type SetUpServe, setUpServe } from './library/install.ts'
export type { MadeModel } from './make/request.ts'
export { ollama } from './ollama.ts'
export type { MakeModelOptions, OllamaOptions } from './options.ts'
export { type ToOllamaOptions, toOllama } from './to-ollama.ts'
export type { GateName, GateResult } from './verify/gate.ts'
export { version as ollamaVersion } from './version.ts'
