import type { LoadedTrace } from '@sftkit/core'
import type { ToolsReader } from '../chat/tools.ts'
import { recordFields } from '../ledger/record.ts'
import type { LossLedger } from '../losses.ts'
import { bodyFields } from '../responses/fields.ts'
import { readBodies } from '../responses/index.ts'
import type { ReadExchange } from './exchange.ts'
import { asked, factsOf } from './facts.ts'

/** A call of the Responses interface. */
export function readResponse(
  exchange: ReadExchange,
  readTools: ToolsReader,
  losses: LossLedger,
): LoadedTrace[] {
  const { request, answer, whole } = exchange
  recordFields(request, bodyFields, losses, 'request.body')
  recordFields(answer, bodyFields, losses, 'answer')
  const trace = readBodies({ request, response: answer }, readTools, losses)
  const { outcome, metadata, session, group, ...facts } = factsOf(exchange, undefined)
  const own = session === undefined ? {} : { session, group: { ...trace.group, session } }
  const output = Array.isArray(answer.output) && answer.output.length > 0
  // Items of an output are mostly one turn; what they begin with is the first that the request does not have.
  const before = output
    ? readBodies({ request, response: {} }, readTools, silent()).messages.length
    : trace.messages.length
  return [
    {
      ...trace,
      ...facts,
      ...own,
      ...asked(trace.messages, Math.max(0, trace.messages.length - before), whole, answer.status),
      outcome: trace.outcome ?? outcome ?? { status: 'unknown' },
      metadata: { ...trace.metadata, ...metadata },
    },
  ]
}

function silent(): LossLedger {
  const nothing = (): void => {}
  return { kept: nothing, loss: nothing, flush: nothing }
}
