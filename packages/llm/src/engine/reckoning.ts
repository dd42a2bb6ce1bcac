import type { LlmAnswer, LlmProjection, LlmReckoning, LlmRequest } from '@sftkit/core'
import { PICO, worstCost } from '../budget/cost.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { ParsedLlmOptions } from '../options.ts'
import { judge } from '../structured/judge.ts'
import type { Call } from './call.ts'
import type { Lane } from './lane.ts'
import { callFor } from './question.ts'
import type { Store } from './store.ts'

/** Bytes of a prompt to a token: of prose, as a rule, and of text full of digits and signs. */
const BYTES_PER_TOKEN = { most: 5, usual: 4, least: 3 }
/** A short answer, as a share of the longest that it may be. */
const SHORT_ANSWER = 1 / 8

const NOT_ASKED: LlmAnswer = {
  ok: false,
  failure: 'not-asked',
  detail: 'the questions are only counted',
  usage: { inputTokens: 0, outputTokens: 0 },
}

interface Sums {
  questions: number
  tokens: number
}

/**
 * Counts what questions would take. Each is counted once; one whose answer is kept costs nothing and gets it, so that
 * what a plugin asks next is counted too. What follows from an answer that is not there yet is not.
 */
export function createReckoning(
  { answers, rejected }: Store,
  options: ParsedLlmOptions,
  laneOf: (endpoint: Endpoint, model: string) => Lane,
): LlmReckoning {
  const seen = new Set<string>()
  const lanes = new Map<Lane, Sums>()
  let answered = 0
  let least = 0
  let most = 0
  let unpriced = 0
  let inBatches = 0
  let pricesSeen: string | undefined

  const add = (call: Call): void => {
    const { price, request, settings, promptTokens, outputTokens } = call
    const lane = laneOf(call.endpoint, request.model)
    lane.settings(call)
    const sums = lanes.get(lane) ?? { questions: 0, tokens: 0 }
    lanes.set(lane, sums)
    sums.questions++
    sums.tokens += promptTokens / BYTES_PER_TOKEN.usual + (outputTokens * (1 + SHORT_ANSWER)) / 2
    if (settings.mode === 'batch') inBatches++
    if (price === undefined) unpriced++
    else {
      least += worstCost(price, promptTokens / BYTES_PER_TOKEN.most, outputTokens * SHORT_ANSWER)
      most += worstCost(price, promptTokens / BYTES_PER_TOKEN.least, outputTokens)
    }
    const { priceSeen } = call
    if (priceSeen !== undefined && (pricesSeen === undefined || priceSeen < pricesSeen))
      pricesSeen = priceSeen
  }

  return {
    async ask(request: LlmRequest) {
      const call = callFor(request, options)
      const kept = answers.get(call.key) ?? rejected.get(call.key)
      if (!seen.has(call.key)) {
        seen.add(call.key)
        if (kept === undefined) add(call)
        else answered++
      }
      if (kept === undefined) return NOT_ASKED
      const verdict = judge(kept, request)
      const usage = { inputTokens: kept.inputTokens, outputTokens: kept.outputTokens }
      if (!verdict.ok) return { ok: false, failure: verdict.failure, detail: verdict.reason, usage }
      const value = verdict.value === undefined ? {} : { value: verdict.value }
      return { ok: true, text: kept.text, ...value, usage, cached: true }
    },
    total(share): LlmProjection {
      const counted = seen.size - answered
      const whole = (part: number): number => Math.round(part / share)
      const pace = paceOf(lanes, share)
      const usd =
        unpriced === 0 && counted > 0 ? { least: least / PICO / share, most: most / PICO / share } : undefined
      // A batch takes its provider's time, whatever the limits.
      const seconds = inBatches > 0 ? undefined : pace.seconds
      const { confirmAbove } = options
      const large =
        confirmAbove !== false &&
        ((usd?.most ?? 0) > confirmAbove.usd || (seconds ?? 0) > confirmAbove.minutes * 60)
      return {
        questions: whole(counted),
        answered: whole(answered),
        tokens: whole([...lanes.values()].reduce((sum, { tokens }) => sum + tokens, 0)),
        ...(usd !== undefined && { usd }),
        ...(pricesSeen !== undefined && { pricesSeen }),
        ...(seconds !== undefined && { seconds }),
        ...(pace.requestLimit !== undefined && { requestLimit: pace.requestLimit }),
        ...(pace.tokenLimit !== undefined && { tokenLimit: pace.tokenLimit }),
        sampled: share < 1,
        large,
      }
    },
  }
}

/** How long the limits make it at least; lanes work side by side. */
function paceOf(
  lanes: ReadonlyMap<Lane, Sums>,
  share: number,
): { seconds?: number; requestLimit?: number; tokenLimit?: number } {
  let seconds: number | undefined
  let slowest: { readonly requests?: number; readonly tokens?: number } = {}
  for (const [lane, { questions, tokens }] of lanes) {
    const limits = lane.limits()
    const minutes = Math.max(
      questions / (limits.requests ?? Number.POSITIVE_INFINITY),
      tokens / (limits.tokens ?? Number.POSITIVE_INFINITY),
    )
    if (limits.requests === undefined && limits.tokens === undefined) continue
    if (seconds !== undefined && (minutes * 60) / share <= seconds) continue
    seconds = (minutes * 60) / share
    slowest = limits
  }
  return {
    ...(seconds !== undefined && { seconds }),
    ...(slowest.requests !== undefined && { requestLimit: slowest.requests }),
    ...(slowest.tokens !== undefined && { tokenLimit: slowest.tokens }),
  }
}
