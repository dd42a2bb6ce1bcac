import type { Task } from './task.ts'

export type JsonRecord = { readonly [key: string]: unknown }

export interface RecordedCall {
  readonly id: string
  readonly name: string
  readonly arguments: JsonRecord
}

export interface RecordedMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
  readonly reasoning?: string
  readonly calls?: readonly RecordedCall[]
  readonly callId?: string
  readonly name?: string
  readonly timestamp: string
}

export interface RecordedEvent {
  readonly timestamp: string
  readonly event_type: string
  readonly data: JsonRecord
}

/** Everything that happened in one session; the recorders write it down in their formats. */
export interface Recording {
  /** Looks like a UUID; made from the task, the persona and the attempt. */
  readonly id: string
  readonly task: Task
  readonly persona: string
  readonly model: string
  /** 1-based, among the sessions on the same task in the same format. */
  readonly attempt: number
  readonly startedAt: string
  readonly endedAt: string
  readonly messages: readonly RecordedMessage[]
  readonly events: readonly RecordedEvent[]
  /** Whether the project's tests passed when they were run after the session. */
  readonly resolved: boolean
  /** What those tests printed. */
  readonly verification: string
}
