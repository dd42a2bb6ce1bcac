import {
  type JsonObject,
  type JsonValue,
  type LoadContext,
  sftError,
  silentLogger,
  type Trace,
} from '@sftkit/core'
import { historyReader } from '@sftkit/plugin-loaders'

const read = historyReader()

/** Outside a run nobody keeps the ledger, and what measures look at loses nothing that matters to them. */
const nobody = {
  log: silentLogger,
  loss: () => {},
  kept: () => {},
  unreadable: (reason: string): never => {
    throw sftError('SFT_INTERNAL', reason)
  },
} satisfies Partial<LoadContext> as Partial<LoadContext> as LoadContext

/** A history as measures see it. */
export function traceOfHistory(row: JsonObject, history: readonly JsonValue[]): Trace {
  const loaded = read({ ...row, history }, nobody)
  const session = loaded.session ?? ''
  return {
    ...loaded,
    id: session,
    source: { uri: '', format: 'sessions', hash: '' },
    session,
    group: { ...loaded.group, key: session },
    outcome: loaded.outcome ?? { status: 'unknown' },
    tags: [],
    parents: [],
    metadata: loaded.metadata ?? {},
  }
}
