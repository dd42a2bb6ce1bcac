import { randomUUID } from 'node:crypto'
import { counted, errorText, type Logger, redactSecrets, type SftError } from '@sftkit/core'
import { replyCost } from '../budget/cost.ts'
import type { Call, CallResult } from '../engine/call.ts'
import { type Dispatcher, withInputTokens } from '../engine/dispatcher.ts'
import { tooDear } from '../engine/grant.ts'
import type { Store } from '../engine/store.ts'
import { classify } from '../errors/classify.ts'
import { notAsked, unknownModel, unreachable } from '../errors/stop.ts'
import { judge } from '../structured/judge.ts'
import { type BatchRecord, batchRecords } from './records.ts'
import { type BatchState, batchFile, findBatch, lookAfter, sendBatch } from './remote.ts'
import type { BatchResult } from './results.ts'

/** Questions through the provider's batch api: collected, sent as one, and looked after until they are answered. */
export interface Batcher {
  /** @throws what stops the run */
  make(call: Call): Promise<CallResult>
  close(): void
}

interface Waiting {
  readonly call: Call
  tries: number
  resolve(result: CallResult): void
  reject(error: SftError): void
}

/** A batch is sent when nothing was asked for so long: most of what will be asked has been. */
const QUIET_MS = 1000
/** What OpenAI takes at most in one batch (platform.openai.com/docs/guides/batch), with room to spare. */
const MOST_QUESTIONS = 50_000
const MOST_BYTES = 150 << 20
const FIRST_LOOK_MS = 200
const LONGEST_LOOK_MS = 60_000
/** A question that failed in so many batches has no answer. */
const MAX_BATCHES = 3

export function createBatcher(store: Store, dispatcher: Dispatcher, log: Logger): Batcher {
  const records = batchRecords(store.shared)
  /** Those who wait, by key: in a batch that is under way, or for the next one. */
  const waiting = new Map<string, Waiting>()
  let collected: Waiting[] = []
  let quiet: ReturnType<typeof setTimeout> | undefined
  const followed = new Set<string>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resolve()
      }, ms)
      timers.add(timer)
    })
  dispatcher.onStop((error) => {
    clearTimeout(quiet)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    collected = []
  })
  /** Runs something on its own; what it throws ends the run. */
  const alone = (work: Promise<void>): void => {
    work.catch((error: SftError) => dispatcher.stop(error))
  }

  const collect = (one: Waiting): void => {
    collected.push(one)
    clearTimeout(quiet)
    quiet = setTimeout(() => sendAll(), QUIET_MS)
  }
  const sendAll = (): void => {
    const byLane = Map.groupBy(collected, ({ call }) => `${call.endpoint.account}\n${call.request.model}`)
    collected = []
    for (const all of byLane.values()) {
      let part: Waiting[] = []
      let bytes = 0
      for (const one of all) {
        if (part.length >= MOST_QUESTIONS || bytes + one.call.promptTokens * 2 > MOST_BYTES) {
          alone(send(part))
          part = []
          bytes = 0
        }
        part.push(one)
        // Quotes and line breaks take two bytes and more as JSON.
        bytes += one.call.promptTokens * 2
      }
      alone(send(part))
    }
  }

  const send = async (part: readonly Waiting[]): Promise<void> => {
    const [first] = part
    if (first === undefined) return
    const { endpoint, request } = first.call
    const id = randomUUID()
    const going: Waiting[] = []
    await dispatcher.write(() => {
      for (const one of part) {
        const { call } = one
        const short = call.payers.find((payer) => !store.ledger.covers(payer, call.worst))
        if (short === undefined) {
          if (call.worst > 0) store.ledger.reserve(call.plugin, call.worst, { id, key: call.key })
          going.push(one)
        } else if (store.ledger.waits(short.name)) collect(one)
        else dispatcher.stop(tooDear(store, short, call))
      }
      if (going.length > 0)
        records.add(
          id,
          endpoint.account,
          going.map(({ call }) => call),
        )
    })
    if (going.length === 0 || dispatcher.stopped() !== undefined) return
    const calls = going.map(({ call }) => call)
    const manner = dispatcher.lane(endpoint, request.model).manner()
    const client = dispatcher.client(endpoint)
    const file = batchFile(calls, manner)
    let sent = false
    const remote = await persist(first.call, async () => {
      // What was sent before may have arrived, though its reply did not: a second batch would be paid for too.
      const made = sent ? await findBatch(client, id) : undefined
      sent = true
      return made ?? sendBatch(client, id, file)
    })
    await dispatcher.write(() => records.sent(id, remote))
    log.info(`batch ${remote}: ${counted(calls.length, 'question')} sent to ${endpoint.baseURL}`)
    await follow({ id, remote }, first.call)
  }
  /** Tries until it works: a batch that may cost money is not let go of. */
  const persist = async <T>(call: Call, work: () => Promise<T>): Promise<T> => {
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, wait * 2)) {
      try {
        return await work()
      } catch (error) {
        const asked = {
          endpoint: call.endpoint,
          model: call.request.model,
          structured: false,
          maxTokens: false,
        }
        const attempt = classify(error, asked)
        if ((error as { status?: unknown }).status === 404)
          throw unreachable(call.endpoint, "it has no batch api; leave out mode: 'batch'")
        if (attempt.kind === 'stop') throw attempt.error
        if (attempt.kind !== 'again') {
          const detail = 'detail' in attempt ? attempt.detail : errorText(error)
          throw notAsked(`${call.endpoint.baseURL} does not take the batch: ${detail}`)
        }
        log.warn(
          `the batch api of ${call.endpoint.baseURL} cannot be reached (${attempt.detail}); trying again`,
        )
        await pause(wait)
        const stopped = dispatcher.stopped()
        if (stopped !== undefined) throw stopped
      }
    }
  }

  const follow = async (record: BatchRecord, call: Call): Promise<void> => {
    if (followed.has(record.id)) return
    followed.add(record.id)
    const client = dispatcher.client(call.endpoint)
    const { id } = record
    const remote = record.remote ?? (await persist(call, () => findBatch(client, id)))
    if (remote === undefined) {
      // It was never made: its questions go into the next one.
      await finish(id, undefined, call)
      return
    }
    if (record.remote === undefined) await dispatcher.write(() => records.sent(id, remote))
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, wait * 1.5)) {
      await pause(wait)
      if (dispatcher.stopped() !== undefined) return
      const state = await persist(call, () => lookAfter(client, remote))
      log.debug(`batch ${remote}: ${state.status}`)
      if (!state.done) continue
      if (state.refused !== undefined && /model/i.test(state.refused) && /not|invalid/i.test(state.refused)) {
        await finish(id, state, call)
        throw unknownModel(call.endpoint, call.request.model, state.refused)
      }
      await finish(id, state, call)
      return
    }
  }

  /** Keeps a batch's answers, then hands them out; what was not answered goes into the next batch. */
  const finish = async (
    id: string,
    state: (BatchState & { done: true }) | undefined,
    call: Call,
  ): Promise<void> => {
    const items = records.items(id)
    const lost: BatchResult = { kind: 'again', detail: state?.refused ?? 'the batch has no result for it' }
    const results = new Map(items.map(({ key }) => [key, state?.results.get(key) ?? lost]))
    const { request, endpoint } = call
    const lane = dispatcher.lane(endpoint, request.model)
    await dispatcher.write(() => {
      const reservations = store.ledger.ofBatch(id)
      for (const { key, price } of items) {
        const result = results.get(key) ?? lost
        const asked = waiting.get(key)?.call
        const raw = result.kind === 'reply' ? result.reply : undefined
        const reply = raw === undefined || asked === undefined ? raw : withInputTokens(raw, asked)
        const reservation = reservations.get(key)
        if (reservation !== undefined)
          store.ledger.settle(
            reservation,
            reply === undefined || price === undefined ? 0 : replyCost(price, reply),
          )
        if (reply === undefined) continue
        const good = asked === undefined || judge(reply, asked.request).ok
        const about = { model: request.model, baseURL: endpoint.baseURL }
        ;(good ? store.answers : store.rejected).put(key, reply, about)
        results.set(key, { kind: 'reply', reply })
      }
      if ([...results.values()].some(({ kind }) => kind === 'other-way'))
        lane.otherWay('structured', lane.manner())
      records.remove(id)
    })
    followed.delete(id)
    for (const [key, result] of results) handOut(key, result)
    if (state !== undefined) {
      const answered = [...results.values()].filter(({ kind }) => kind === 'reply').length
      const why = state.refused === undefined ? '' : ` (${redactSecrets(state.refused)})`
      log.info(`batch ${state.status}${why}: ${answered} of ${counted(items.length, 'question')} answered`)
    }
  }
  const handOut = (key: string, result: BatchResult): void => {
    const one = waiting.get(key)
    if (one === undefined) return
    if ((result.kind === 'again' || result.kind === 'other-way') && ++one.tries < MAX_BATCHES) {
      collect(one)
      return
    }
    waiting.delete(key)
    if (result.kind === 'reply') one.resolve({ ok: true, reply: result.reply, cached: false })
    else {
      const failure = result.kind === 'again' ? 'unavailable' : 'rejected'
      one.resolve({ ok: false, failure, detail: result.detail })
    }
  }

  return {
    make(call) {
      const stopped = dispatcher.stopped()
      if (stopped !== undefined) return Promise.reject(stopped)
      return new Promise<CallResult>((resolve, reject) => {
        const one: Waiting = { call, tries: 0, resolve, reject }
        waiting.set(call.key, one)
        const under = records.of(call.key)
        if (under === undefined) collect(one)
        else alone(follow(under, call))
      })
    },
    close() {
      clearTimeout(quiet)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
