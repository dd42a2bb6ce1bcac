import { completion, drawn, type Usage } from './answers.ts'
import type { ScriptedLlmOptions, ScriptedQuestion } from './options.ts'

/** The part of OpenAI's files and batches that a batch run needs. */
export interface ScriptedFiles {
  upload(content: string): object
  content(id: string): string | undefined
  create(body: {
    input_file_id: string
    endpoint: string
    completion_window: string
    metadata?: unknown
  }): object | undefined
  list(): object[]
  retrieve(id: string): object | undefined
  /** Whether the next call is answered with 500. */
  stumbles(): boolean
  /** Whether the reply to the batch that was just made is lost. */
  losesReply(): boolean
}

interface Batch {
  readonly id: string
  readonly input: string
  readonly metadata: unknown
  polled: number
  output?: string
  errors?: string
}

interface Line {
  custom_id: string
  body: ScriptedQuestion
}

export function scriptedFiles(
  options: ScriptedLlmOptions,
  onPaid: (name: string, usage: Usage) => void,
  nameOf: (question: ScriptedQuestion) => string,
): ScriptedFiles {
  const { polls = 1, failed = 0, expired = 0, refused, stumbles = 0, lost = 0 } = options.batches ?? {}
  let stumbled = 0
  let repliesLost = 0
  const files = new Map<string, string>()
  const batches: Batch[] = []
  const keep = (content: string): string => {
    const id = `file-${files.size + 1}`
    files.set(id, content)
    return id
  }
  const work = (batch: Batch): void => {
    const lines = (files.get(batch.input) ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line)
    const output: string[] = []
    const errors: string[] = []
    for (const { custom_id, body } of lines) {
      const name = nameOf(body)
      const draw = drawn(`batch ${batches.indexOf(batch)} ${name}`)
      if (draw < failed) {
        const error = { message: 'The server had an error while processing.', type: 'server_error' }
        errors.push(
          JSON.stringify({
            id: `r-${name}`,
            custom_id,
            response: { status_code: 500, body: { error } },
            error: null,
          }),
        )
      } else if (draw < failed + expired) {
        const error = {
          code: 'batch_expired',
          message: 'This request could not be executed before the completion window expired.',
        }
        errors.push(JSON.stringify({ id: `r-${name}`, custom_id, response: null, error }))
      } else {
        const answered = completion(body, name, options)
        onPaid(name, answered.usage)
        output.push(
          JSON.stringify({
            id: `r-${name}`,
            custom_id,
            response: { status_code: 200, body: answered },
            error: null,
          }),
        )
      }
    }
    if (output.length > 0) batch.output = keep(`${output.join('\n')}\n`)
    if (errors.length > 0) batch.errors = keep(`${errors.join('\n')}\n`)
  }
  const isRefused = (batch: Batch): boolean => refused !== undefined && batch === batches[0]
  const endOf = (batch: Batch): string => {
    if (isRefused(batch)) return 'failed'
    return expired > 0 ? 'expired' : 'completed'
  }
  const seen = (batch: Batch): object => {
    const done = batch.polled > polls
    return {
      id: batch.id,
      object: 'batch',
      endpoint: '/v1/chat/completions',
      input_file_id: batch.input,
      completion_window: '24h',
      status: done ? endOf(batch) : 'in_progress',
      errors:
        done && isRefused(batch) ? { object: 'list', data: [{ ...refused, line: null, param: null }] } : null,
      output_file_id: done ? (batch.output ?? null) : null,
      error_file_id: done ? (batch.errors ?? null) : null,
      metadata: batch.metadata ?? null,
      created_at: 1_700_000_000,
    }
  }
  return {
    upload(content) {
      const id = keep(content)
      return {
        id,
        object: 'file',
        bytes: content.length,
        filename: 'batch.jsonl',
        purpose: 'batch',
        status: 'processed',
      }
    },
    content: (id) => files.get(id),
    create({ input_file_id, metadata }) {
      if (!files.has(input_file_id)) return undefined
      const batch: Batch = { id: `batch-${batches.length + 1}`, input: input_file_id, metadata, polled: 0 }
      batches.push(batch)
      if (!isRefused(batch)) work(batch)
      return seen(batch)
    },
    stumbles: () => stumbled < stumbles && ++stumbled > 0,
    losesReply: () => repliesLost < lost && ++repliesLost > 0,
    list: () => batches.toReversed().map(seen),
    retrieve(id) {
      const batch = batches.find((one) => one.id === id)
      if (batch === undefined) return undefined
      batch.polled++
      return seen(batch)
    },
  }
}
