import { z } from 'zod'

const name = z.string().min(1)
const sql = z.string().regex(/^\s*(select|with)\s/i, 'a query that begins with select or with')

/** What is read of a session, by the names that a query gives them. */
export const sessionColumns = {
  project: 'project',
  agent: 'agent',
  archived: 'archived',
  messageCount: 'message_count',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  model: 'model',
  tools: 'tools',
  instructions: 'instructions',
  passed: 'passed',
  judgment: 'judgment',
  history: 'history',
} as const

/** What is read of an item. */
export const itemColumns = {
  item: 'item',
  type: 'type',
  role: 'role',
  content: 'content',
  name: 'name',
  arguments: 'arguments',
  callId: 'call_id',
  output: 'output',
  toolCalls: 'tool_calls',
  toolCallId: 'tool_call_id',
  reasoning: 'reasoning',
  timestamp: 'timestamp',
} as const

function columns<T extends Readonly<Record<string, string>>>(known: T) {
  return Object.fromEntries(Object.keys(known).map((key) => [key, name.optional()])) as {
    [K in keyof T]: z.ZodOptional<z.ZodString>
  }
}

/** Where the sessions of a database of any other program stand. */
export const mappingSchema = z.strictObject({
  sessions: z.union([sql, z.strictObject({ table: name, id: name, ...columns(sessionColumns) })]),
  items: z
    .union([
      sql,
      z.strictObject({ table: name, session: name, order: name.optional(), ...columns(itemColumns) }),
    ])
    .optional(),
})

type Columns<T> = { readonly [K in keyof T]?: string }

/** The table of the sessions, and which of its columns is what. */
export interface SessionTable extends Columns<typeof sessionColumns> {
  readonly table: string
  readonly id: string
}

/** The table of the sessions' items: each as JSON in the column `item`, or its fields in columns of their own. */
export interface ItemTable extends Columns<typeof itemColumns> {
  readonly table: string
  /** The column with the session's id. */
  readonly session: string
  /** The column that the items are ordered by; default, the order in which they were stored. */
  readonly order?: string
}

/**
 * How another program's database is read: tables with their columns, or queries. A query for sessions gives a column
 * `id`, and `project`, `agent`, `archived`, `message_count`, `created_at`, `updated_at`, `model`, `tools`,
 * `instructions`, `passed`, `judgment`, `history` where it has them; a query for items has one `?`, the session's id,
 * and gives a column `item`, or `role`, `content`, `type`, `name`, `arguments`, `call_id`, `output`, `tool_calls`,
 * `tool_call_id`. Without `items`, the column `history` of a session has them as a JSON list.
 */
export interface SessionMapping {
  readonly sessions: string | SessionTable
  readonly items?: string | ItemTable
}
