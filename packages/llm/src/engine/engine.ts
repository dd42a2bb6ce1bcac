import type {
  LlmAnswer,
  LlmCheck,
  LlmEngine,
  LlmEngineContext,
  LlmFailure,
  LlmRequest,
  LlmUsage,
} from '@sftkit/core'
import { isSftError, leanHeap } from '@sftkit/core'
import { createBatcher } from '../batch/batcher.ts'
import { PICO, replyCost } from '../budget/cost.ts'
import { interrupted } from '../errors/stop.ts'
import type { ParsedLlmOptions } from '../options.ts'
import { createMeter } from '../progress/meter.ts'
import { askAgain } from '../structured/ask-again.ts'
import { judgeWith } from '../structured/judge.ts'
import { createAdmission } from './admission.ts'
import type { Call, CallResult } from './call.ts'
import { createDispatcher } from './dispatcher.ts'
import { callFor } from './question.ts'
import { createReckoning } from './reckoning.ts'
import type { Reply } from './reply.ts'
import { openStore } from './store.ts'

/** Questions that are looked at: always more than are in flight, never all. */
const PLACES = 2048
const NOTHING: LlmUsage = { inputTokens: 0, outputTokens: 0 }

/**
 * Opens the engine of a run.
 *
 * @throws SFT_LLM_CACHE where answers cannot be kept
 */
export function openEngine(options: ParsedLlmOptions, context: LlmEngineContext): LlmEngine {
  const { log, signal, out } = context
  const store = openStore(out)
  const endLeanHeap = leanHeap()
  const meter = createMeter(context, store, options.budgetUsd)
  const dispatcher = createDispatcher(store, meter, log)
  const batcher = createBatcher(store, dispatcher, log)
  meter.watch((report) => {
    for (const lane of dispatcher.lanes()) report(lane)
  })
  const admission = createAdmission(PLACES)
  const twins = new Map<string, Promise<CallResult>>()
  const onAbort = (): void => dispatcher.stop(interrupted())
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()

  const told = new Set<string>()
  /** A budget that rests on prices which nobody gave says so. */
  const tellPrice = ({ request: { model }, priceSeen, payers }: Call): void => {
    if (priceSeen === undefined || payers.length === 0 || told.has(model)) return
    told.add(model)
    log.info(
      `the budget counts ${model} at the prices that OpenAI published, as seen in ${priceSeen}; check them, or give prices`,
    )
  }
  const makeNow = (call: Call): Promise<CallResult> =>
    call.settings.mode === 'batch' ? batcher.make(call) : dispatcher.make(call)
  /** Where money or a limited number of requests a minute is at stake, somebody may want to know first. */
  const agreed = (call: Call): Promise<void> | undefined => {
    if (context.agree === undefined) return undefined
    const lane = dispatcher.lane(call.endpoint, call.request.model)
    lane.settings(call)
    const limits = lane.limits()
    const counts = call.price !== undefined || limits.requests !== undefined || limits.tokens !== undefined
    return counts ? context.agree(() => createReckoning(store, options, dispatcher.lane)) : undefined
  }

  /** The reply to a call: paid for before, being asked for already, or asked for now. */
  const replyTo = (call: Call): Promise<CallResult> => {
    const kept = store.answers.get(call.key) ?? store.rejected.get(call.key)
    if (kept !== undefined) return Promise.resolve({ ok: true, reply: kept, cached: true })
    const twin = twins.get(call.key)
    if (twin !== undefined) return twin.then((result) => (result.ok ? { ...result, cached: true } : result))
    const agreement = agreed(call)
    const made = agreement === undefined ? makeNow(call) : agreement.then(() => makeNow(call))
    twins.set(call.key, made)
    const forget = (): boolean => twins.delete(call.key)
    made.then(forget, forget)
    return made
  }

  const answer = async (request: LlmRequest, check: LlmCheck | undefined): Promise<LlmAnswer> => {
    const first = callFor(request, options)
    admission.widen(2 * (first.settings.maxInFlight ?? 0))
    tellPrice(first)
    let call = first
    let cached = true
    for (;;) {
      const result = await replyTo(call)
      if (!result.ok) return failed(result.failure, result.detail, NOTHING)
      const { reply } = result
      cached &&= result.cached
      const usage = usageOf(reply, call)
      const verdict = await judgeWith(check, reply, call.request)
      const about = { model: request.model, baseURL: first.endpoint.baseURL }
      if (verdict.ok) {
        // Under the name of the question itself too: the next run finds it there.
        if (call !== first) later(() => store.answers.put(first.key, reply, about))
        else if (result.cached) later(() => store.answers.hit(first.key))
        const value = verdict.value === undefined ? {} : { value: verdict.value }
        return { ok: true, text: reply.text, ...value, usage, cached }
      }
      if (store.answers.has(call.key)) {
        const { key } = call
        await dispatcher.write(() => {
          store.rejected.put(key, reply, about)
          store.answers.remove(key)
        })
      }
      if (call !== first || verdict.failure === 'refused')
        return failed(verdict.failure, verdict.reason, usage)
      call = callFor(askAgain(request, reply, verdict.reason), options)
    }
  }
  const later = (work: () => void): void => {
    // What cannot be noted stops the run by itself.
    dispatcher.write(work).catch(() => {})
  }

  return {
    reckon: () => createReckoning(store, options, dispatcher.lane),
    async ask(request, check) {
      meter.asked()
      if (request.settings?.mode === 'batch' || options.mode === 'batch') {
        admission.widen(Number.POSITIVE_INFINITY)
      }
      await admission.enter()
      try {
        const stopped = dispatcher.stopped()
        if (stopped !== undefined) throw stopped
        const given = await answer(request, check)
        meter.answered(given)
        return given
      } catch (error) {
        // What is wrong with one plugin's questions ends the run as a wrong key does.
        if (isSftError(error)) dispatcher.stop(error)
        throw error
      } finally {
        admission.leave()
      }
    },
    async close() {
      signal.removeEventListener('abort', onAbort)
      batcher.close()
      await dispatcher.close()
      meter.end()
      endLeanHeap()
    },
  }
}

function failed(failure: LlmFailure, detail: string, usage: LlmUsage): LlmAnswer {
  return { ok: false, failure, detail, usage }
}

/** The same whether it was paid for now or before: what a plugin writes down must not differ between runs. */
function usageOf(reply: Reply, { price }: Call): LlmUsage {
  const { inputTokens, outputTokens } = reply
  return {
    inputTokens,
    outputTokens,
    ...(price !== undefined && { costUsd: replyCost(price, reply) / PICO }),
  }
}
