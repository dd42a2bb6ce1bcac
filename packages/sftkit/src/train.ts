import type { MadeModel, ToOllamaOptions } from '@sftkit/plugin-ollama'
import { type ExportTracesOptions, exportTraces } from '@sftkit/plugin-sessions'
import {
  type TrainedModel,
  type TrainRow,
  type TrainRows,
  type TrainSftOptions,
  trainSft as train,
} from '@sftkit/plugin-trainer-hf'

/** A trained model that can be put into Ollama. */
export interface TrainResult extends TrainedModel {
  /** Converts the model to GGUF, verifies it, and registers it. */
  toOllama(name: string, options?: Omit<ToOllamaOptions, 'modelPath'>): Promise<MadeModel>
}

/** What is selected from a session database, and how it is trained. */
export interface TrainFromTracesOptions
  extends TrainSftOptions,
    Omit<ExportTracesOptions, 'format' | 'write'> {}

/**
 * Trains a model on rows, in one call and without a run: the rows in memory, or JSON-lines files of them.
 *
 * ```ts
 * const model = await trainSft(rows, { model: 'Qwen/Qwen2.5-0.5B-Instruct' })
 * await model.toOllama('my-agent')
 * ```
 *
 * @throws SFT_PLUGIN_OPTIONS, SFT_TRAIN_…, SFT_TEMPLATE_…, SFT_INTERRUPTED
 */
export async function trainSft(rows: TrainRows, options: TrainSftOptions): Promise<TrainResult> {
  const trained = await train(rows, options)
  return {
    ...trained,
    async toOllama(name, more = {}) {
      const { toOllama } = await import('@sftkit/plugin-ollama')
      return toOllama(name, { ...more, modelPath: trained.modelPath })
    },
  }
}

/**
 * Selects sessions of a database, exports them and trains on them, in one call.
 *
 * ```ts
 * await trainFromTraces('shop', 'support', { database: 'sessions.db', judgment: 'acceptable', model: 'Qwen/Qwen3-0.6B' })
 * ```
 *
 * @param project undefined: of all
 * @param agent undefined: of all
 * @throws as `exportTraces` and {@link trainSft} do; SFT_TRAIN_DATA where no session is selected
 */
export async function trainFromTraces(
  project: string | undefined,
  agent: string | undefined,
  options: TrainFromTracesOptions,
): Promise<TrainResult> {
  const {
    database,
    mapping,
    judgments,
    judgment,
    measure,
    measurePassed,
    filter,
    includeSystem,
    maxSessions,
    ...training
  } = options
  const { rows } = await exportTraces(project, agent, {
    database,
    ...(mapping !== undefined && { mapping }),
    ...(judgments !== undefined && { judgments }),
    ...(judgment !== undefined && { judgment }),
    ...(measure !== undefined && { measure }),
    ...(measurePassed !== undefined && { measurePassed }),
    ...(filter !== undefined && { filter }),
    ...(includeSystem !== undefined && { includeSystem }),
    ...(maxSessions !== undefined && { maxSessions }),
    ...(training.format === 'prompt-completion' && { format: training.format }),
  })
  return trainSft(rows.map(withObjects), training)
}

interface MessageWithCalls {
  readonly tool_calls?: readonly { readonly function: { readonly arguments?: unknown } }[]
}

/** The export writes arguments as JSON text, and templates need the objects. */
function withObjects(row: object): TrainRow {
  const { messages } = row as { messages?: readonly MessageWithCalls[] }
  if (messages === undefined) return row
  return {
    ...row,
    messages: messages.map((message) =>
      message.tool_calls === undefined
        ? message
        : { ...message, tool_calls: message.tool_calls.map(withObject) },
    ),
  }
}

function withObject<T extends { readonly function: { readonly arguments?: unknown } }>(call: T): T {
  const { arguments: text } = call.function
  if (typeof text !== 'string') return call
  try {
    return { ...call, function: { ...call.function, arguments: JSON.parse(text) as unknown } }
  } catch {
    // A text that is no JSON is all that the model said.
    return { ...call, function: { ...call.function, arguments: { text } } }
  }
}
