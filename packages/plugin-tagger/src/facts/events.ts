import type { JsonObject, TraceEvent } from '@sftkit/core'
import { amountOf, filledText, isTruthy, objectOf } from '../json-values.ts'
import { type Facts, JOBS_TOOL, type Reading } from './facts.ts'
import { gatherOutput } from './output.ts'
import { countRating } from './ratings.ts'

/** A log without the word costs one look at each of its texts. */
const DOOM_LOOP = /doom loop/i

type Reader = (data: JsonObject, facts: Facts, reading: Reading) => void

/** What each type of event adds (trace formats: ml-intern sessions). */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['llm_call', gatherCost],
  ['tool_call', gatherCall],
  [
    'tool_output',
    ({ output, tool }, facts, reading) => gatherOutput(output, filledText(tool), facts, reading),
  ],
  ['tool_log', gatherLog],
  ['hf_job_submit', gatherSubmission],
  ['hf_job_complete', (data, facts) => facts.job.endings.push(statusOf(data))],
  ['sandbox_create', gatherSandbox],
  ['sandbox_destroy', (data, facts) => facts.sandbox.lifetimes.push(data.lifetime_s ?? null)],
  ['feedback', ({ rating }, facts) => countRating(rating, facts)],
  ['error', gatherError],
  ['turn_complete', (_data, facts) => facts.endSignals.push('completed')],
  ['interrupted', (_data, facts) => facts.endSignals.push('interrupted')],
  ['compacted', gatherCompaction],
])

/** Reads an event log of the ml-intern kind. Types that say nothing about tags are passed over. */
export function gatherEvents(events: readonly TraceEvent[], facts: Facts, reading: Reading): void {
  for (const event of events) readers.get(event.type)?.(objectOf(event.data), facts, reading)
}

function gatherCost(data: JsonObject, facts: Facts): void {
  const cost = amountOf(data.cost_usd)
  if (cost === undefined) return
  facts.cost.calls += cost
  facts.cost.given = true
}

function gatherCall(data: JsonObject, facts: Facts): void {
  const tool = filledText(data.tool)
  if (tool === undefined) return
  facts.tools.add(tool)
  if (tool === JOBS_TOOL) gatherScript(data.arguments, facts)
}

/** Keeps what a call of the jobs tool would run. */
export function gatherScript(args: JsonObject[string], facts: Facts): void {
  if (typeof args === 'string') {
    facts.scripts.push([args])
    return
  }
  const { script, command } = objectOf(args)
  const run = isTruthy(script) ? script : command
  if (run !== undefined) facts.scripts.push(run)
}

function gatherLog(data: JsonObject, facts: Facts, reading: Reading): void {
  const log = data.log
  if (typeof log !== 'string') return
  facts.doomLoop ||= DOOM_LOOP.test(log)
  if (reading.logsAreOutput) gatherOutput(log, filledText(data.tool), facts, reading)
}

function gatherSubmission(data: JsonObject, facts: Facts): void {
  const flavor = data.flavor
  facts.job.submitted += 1
  facts.job.pushed ||= isTruthy(data.push_to_hub)
  // A job without a flavor runs on the service's smallest machine, which has no GPU.
  facts.job.flavors.add(isTruthy(flavor) ? String(flavor) : 'cpu-basic')
}

function statusOf(data: JsonObject): string {
  return (filledText(data.final_status) ?? '').toLowerCase()
}

function gatherSandbox(data: JsonObject, facts: Facts): void {
  facts.sandbox.created = true
  facts.sandbox.hardware = filledText(data.hardware)
}

function gatherError(data: JsonObject, facts: Facts): void {
  facts.endSignals.push('errored')
  facts.errors.push(filledText(data.error) ?? filledText(data.message) ?? '')
}

function gatherCompaction(_data: JsonObject, facts: Facts): void {
  facts.compacted = true
}
