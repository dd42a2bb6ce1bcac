import type { ColumnType } from '@sftkit/core'
import { z } from 'zod'

/** Version of run.json and events.jsonl. */
export const PROTOCOL = 1

export type Method = 'sft' | 'dpo' | 'kto'

/** A file of the dataset as the worker reads it. */
export interface RunFile {
  /** Relative to run.json's folder, or absolute. */
  readonly path: string
  readonly sha256: string
  readonly rows?: number
}

/** What a training depends on, each as one hash. */
export interface Fingerprint {
  readonly model: string
  readonly dataset: string
  readonly config: string
}

/**
 * `run.json`: everything that the worker is told. It is written before the worker starts and never changed; there is no
 * secret in it, those come by environment. The same file serves a local process, torchrun, Slurm and a remote job.
 */
export interface WorkerRun {
  readonly protocol: typeof PROTOCOL
  readonly task: 'train'
  readonly method: Method
  /** A folder, or a name on the Hugging Face Hub with the revision that pins it. */
  readonly model: { readonly path: string; readonly revision?: string; readonly trustRemoteCode?: boolean }
  readonly dataset: {
    /** `messages`, `prompt-completion`, `preference`, `unpaired` or `text`. */
    readonly format: string
    readonly train: readonly RunFile[]
    readonly validation: readonly RunFile[]
    /** The types of the columns: those that a reader guesses from the first rows fail on a later row that differs. */
    readonly columns?: Readonly<Record<string, ColumnType>>
  }
  /** How the chat template takes tool-call arguments; default `object`. */
  readonly arguments?: 'object' | 'text'
  /** Arguments of the installed TRL's SFTConfig, DPOConfig or KTOConfig under its own names, already checked. */
  readonly args: Readonly<Record<string, unknown>>
  /** Arguments of peft's LoraConfig; absent: all weights are trained. */
  readonly lora?: Readonly<Record<string, unknown>>
  /** Arguments of BitsAndBytesConfig: the base is loaded quantised (QLoRA). */
  readonly quantization?: Readonly<Record<string, unknown>>
  /** Text of a chat template with `{% generation %}` marks, used for tokenising only; the saved tokenizer keeps its own. */
  readonly trainingTemplate?: string
  /** Weights' type as loaded: `float32`, `bfloat16`, `float16`. */
  readonly dtype: string
  /** `auto`, `cpu`, `cuda`, `mps`. */
  readonly device: string
  readonly output: {
    /** The model's folder of the run directory; the worker writes `final/`, `merged/`, `checkpoints/` below it. */
    readonly folder: string
    readonly events: string
  }
  readonly mergeAdapter: boolean
  /** Ends a training whose evaluation loss did not fall by `threshold` for `patience` evaluations. */
  readonly earlyStopping?: { readonly patience: number; readonly threshold?: number }
  /** Go on from the last checkpoint below `output.folder`, which the parent found to be of the same run. */
  readonly resume: boolean
  /** Hashes of what a training depends on: it is gone on with where all three are the same. */
  readonly fingerprint: Fingerprint
  /** What a trainer of the user's own is told beside it: a part of what the result depends on. */
  readonly ownTrainer?: unknown
  readonly checks: {
    /** The largest share of rows that max_length may cut or drop. */
    readonly maxCutShare: number
    /** Processes that were asked for: another number in the worker is an error. */
    readonly worldSize: number
  }
}

const base = { v: z.literal(PROTOCOL), seq: z.number(), t: z.number() }

/** A line of `events.jsonl`. Unknown keys are kept: a newer worker may say more. */
export const workerEventSchema = z.discriminatedUnion('type', [
  z.looseObject({
    ...base,
    type: z.literal('start'),
    pid: z.number(),
    /** The machine that the process id is one of. */
    host: z.string().optional(),
    argv: z.array(z.string()),
  }),
  z.looseObject({
    ...base,
    type: z.literal('env'),
    python: z.string(),
    torch: z.string(),
    trl: z.string(),
    transformers: z.string(),
    device: z.string(),
    worldSize: z.number(),
    bf16: z.boolean(),
    /** Bytes of the first GPU. */
    gpuMemory: z.number().nullable(),
  }),
  z.looseObject({ ...base, type: z.literal('dataset'), rows: z.number(), columns: z.array(z.string()) }),
  z.looseObject({
    ...base,
    type: z.literal('prepared'),
    kept: z.number(),
    dropped: z.number(),
    truncated: z.number(),
  }),
  z.looseObject({
    ...base,
    type: z.literal('train_begin'),
    steps: z.number(),
    parameters: z.number(),
    trainableParameters: z.number(),
  }),
  z.looseObject({
    ...base,
    type: z.literal('log'),
    step: z.number(),
    /** TRL's log entry as it is; NaN and infinities are null. */
    log: z.record(z.string(), z.unknown()),
    /** The most bytes of the first GPU so far. */
    gpuMemory: z.number().nullish(),
    /** Trained so far, over all starts. */
    seconds: z.number().optional(),
  }),
  z.looseObject({ ...base, type: z.literal('heartbeat'), step: z.number() }),
  z.looseObject({ ...base, type: z.literal('checkpoint'), path: z.string(), step: z.number() }),
  z.looseObject({ ...base, type: z.literal('warning'), code: z.string(), text: z.string() }),
  z.looseObject({
    ...base,
    type: z.literal('done'),
    finalLoss: z.number().nullable(),
    steps: z.number(),
    seconds: z.number(),
    /** sha256 of each file of weights, by its path below the folder. */
    files: z.record(z.string(), z.string()),
    /** Of the training's seconds, those of our own callbacks. */
    callbackSeconds: z.number().optional(),
  }),
  z.looseObject({
    ...base,
    type: z.literal('error'),
    code: z.string(),
    text: z.string(),
    traceback: z.string().optional(),
    rank: z.number().optional(),
    exitCode: z.number().optional(),
    facts: z.record(z.string(), z.unknown()).optional(),
  }),
  z.looseObject({ ...base, type: z.literal('cancelled'), step: z.number() }),
])
export type WorkerEvent = z.infer<typeof workerEventSchema>

/** The worker's exit codes. */
export const WORKER_EXIT = {
  ok: 0,
  config: 10,
  data: 11,
  environment: 12,
  disk: 13,
  outOfMemory: 20,
  diverged: 21,
  cancelled: 130,
} as const
