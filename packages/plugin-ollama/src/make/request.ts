import type { Logger, StageProgress } from '@sftkit/core'
import type { Quantization } from '../gguf/quantization.ts'
import type { GateResult } from '../verify/gate.ts'
import type { Probe } from '../verify/probes.ts'

/** What is to be made of a model folder. */
export interface MakeRequest {
  /** The model's name in Ollama, with or without a tag. */
  readonly name: string
  /** A folder of Hugging Face files; of an adapter, it is merged first. */
  readonly modelPath: string
  /** Where the GGUF, the Modelfile and verify.json are written. */
  readonly out: string
  readonly quantization: Quantization
  /** Absent: Ollama where it can be reached, else the GGUF alone. */
  readonly target?: 'ollama' | 'gguf' | undefined
  readonly llamaCppPath?: string | undefined
  readonly host?: string | undefined
  readonly preTokenizer?: string | undefined
  /** A file with a Go template, for an Ollama that needs one. */
  readonly template?: string | undefined
  /** Makes it anew also where an earlier run made it of the same. */
  readonly fresh?: boolean | undefined
  /** Chats of the dataset, to verify with beside sftkit's own. */
  readonly rows: readonly Probe[]
  readonly log: Logger
  readonly signal: AbortSignal
  readonly report: (progress: StageProgress) => void
}

/** What was made. */
export interface MadeModel {
  readonly name: string
  readonly target: 'ollama' | 'gguf'
  readonly gguf: string
  /** The GGUF's, in hexadecimal digits. */
  readonly sha256: string
  readonly modelfile: string
  readonly verifyFile: string
  readonly gates: readonly GateResult[]
  /** The version of the Ollama that has it. */
  readonly ollama?: string
  /** An earlier run made and verified it of the same, and it is still there. */
  readonly unchanged?: true
}
