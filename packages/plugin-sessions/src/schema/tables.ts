/**
 * The tables of a session database of our own. A session is a row, its items (Responses-style: messages, calls,
 * results, reasoning) are rows in their order, and what people thought of it stands apart. A `message_count` of 0 says
 * that there is nothing to read; none, that nobody counted.
 */
export const SESSION_TABLES = `
create table if not exists sessions (
  id text primary key,
  project text,
  agent text,
  archived integer not null default 0,
  message_count integer,
  created_at text,
  updated_at text,
  model text,
  tools text,
  instructions text,
  passed integer
);
create table if not exists items (
  id integer primary key autoincrement,
  session_id text not null,
  item text not null,
  created_at text
);
create index if not exists items_by_session on items (session_id, id);
`

/** Judgments are only added: of several about one session the last one counts. `by` says who, `at` when (ISO 8601). */
export const JUDGMENT_TABLE = `
create table if not exists judgments (
  id integer primary key autoincrement,
  session_id text not null,
  judgment text not null check (judgment in ('acceptable', 'unacceptable')),
  reason text,
  by text,
  at text not null
);
create index if not exists judgments_by_session on judgments (session_id, id);
`

/** What a person can say of a session. */
export type Judgment = 'acceptable' | 'unacceptable'

export const judgmentNames: readonly [Judgment, Judgment] = ['acceptable', 'unacceptable']

/** Where judgments about a database stand that is not ours to write to, or about a file of traces: beside it. */
export function judgmentsBeside(path: string): string {
  return `${path}.judgments.sqlite`
}
