import type { JsonObject } from '@sftkit/core'
import { type Judgment, judgmentNames } from '../schema/tables.ts'
import type { SessionFacts, StoredSession } from './session.ts'

type Columns = Readonly<Record<string, unknown>>

/** The columns that go into a history row as they are. */
const CARRIED = ['project', 'agent', 'model', 'tools', 'instructions'] as const

/** A row of the sessions, all of whose columns are text, in the terms of selection and of history rows. */
export function sessionOfRow(columns: Columns, judged: Judgment | undefined): StoredSession {
  const of = (name: string): string | undefined => {
    const value = columns[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const count = Number(of('message_count') ?? Number.NaN)
  const judgment = judged ?? judgmentOf(of('judgment'))
  const project = of('project')
  const agent = of('agent')
  const createdAt = timeOf(of('created_at'))
  const passed = truthOf(of('passed'))
  const archived = truthOf(of('archived')) ?? false
  const facts: SessionFacts = {
    id: of('id') ?? '',
    ...(project !== undefined && { project }),
    ...(agent !== undefined && { agent }),
    archived,
    ...(Number.isFinite(count) && { messageCount: count }),
    ...(judgment !== undefined && { judgment }),
  }
  const row: JsonObject = {
    ...(facts.id !== '' && { session_id: facts.id }),
    ...Object.fromEntries(CARRIED.flatMap((name) => (of(name) === undefined ? [] : [[name, of(name)]]))),
    ...(createdAt !== undefined && { created_at: createdAt }),
    ...(passed !== undefined && { passed }),
    ...(judgment !== undefined && { judgment }),
    ...(archived && { archived }),
  }
  return { facts, row, updatedAt: timeOf(of('updated_at')) }
}

export function judgmentOf(value: unknown): Judgment | undefined {
  return judgmentNames.find((name) => name === value)
}

const FALSE = new Set(['0', 'false', 'f', 'no', 'n', '0.0'])

/** A flag as text; a time in its place (`archived_at`) says yes. */
function truthOf(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : !FALSE.has(value.toLowerCase())
}

/** Numbers of seconds or milliseconds since 1970 as ISO 8601; texts as they are. */
function timeOf(value: string | undefined): string | undefined {
  if (value === undefined || !/^\d{9,13}(\.\d+)?$/.test(value)) return value
  const number = Number(value)
  return new Date(number < 1e11 ? number * 1000 : number).toISOString()
}
