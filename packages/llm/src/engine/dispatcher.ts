import { isSftError, type Logger, type SftError } from '@sftkit/core'
import { replyCost } from '../budget/cost.ts'
import { BEAT_MS } from '../cache/claims.ts'
import { openClient } from '../endpoint/client.ts'
import { complete, type Manner, UNCOUNTED } from '../endpoint/completion.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { factsIn } from '../endpoint/facts.ts'
import { fastFetch } from '../endpoint/fetch.ts'
import type { Attempt } from '../errors/attempt.ts'
import { cannotKeep, interrupted } from '../errors/stop.ts'
import type { Meter } from '../progress/meter.ts'
import { judge } from '../structured/judge.ts'
import type { Call, CallResult } from './call.ts'
import { createFollowing } from './following.ts'
import { grantTurns, type Turns } from './grant.ts'
import { createLane, type Job, type Lane } from './lane.ts'
import type { Reply } from './reply.ts'
import type { Store } from './store.ts'

/** Makes calls: in their turn, within limits and budget, again where they failed, and kept before they are handed out. */
export interface Dispatcher {
  /** @throws what stops the run */
  make(call: Call): Promise<CallResult>
  /** Writes something with the next round; resolves when it is kept. */
  write(work: () => void): Promise<void>
  client(endpoint: Endpoint): ReturnType<typeof openClient>
  lane(endpoint: Endpoint, model: string): Lane
  lanes(): Iterable<Lane>
  stopped(): SftError | undefined
  onStop(then: (error: SftError) => void): void
  /** No further call; what is under way may end. */
  stop(error: SftError): void
  /** Waits a little for what is under way, which may be paid for, and lets everything go. */
  close(): Promise<void>
}

/** What was written in a round, and what follows when it is kept. */
interface Settled {
  write(): void
  after(): void
  failed(error: SftError): void
}

/** What is under way when a run ends has so long to come to its end: `sft` itself gives up after ten seconds. */
const GRACE_MS = 6_000
/** After so long others may go too, though the first call has no answer yet. */
const ALONE_MS = 5_000

export function createDispatcher(store: Store, meter: Meter, log: Logger): Dispatcher {
  const { fetch, close: closeConnections } = fastFetch()
  const clients = new Map<string, ReturnType<typeof openClient>>()
  const lanes = new Map<string, Lane>()
  const sleeping = new Map<Job, ReturnType<typeof setTimeout>>()
  let settled: Settled[] = []
  const stopping: ((error: SftError) => void)[] = []
  let stopped: SftError | undefined
  let scheduled = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let wakesAt = 0
  const beating = setInterval(() => {
    settled.push({ write: () => store.claims.beat(), after() {}, failed() {} })
    schedule()
  }, BEAT_MS)
  beating.unref()

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(round)
  }
  const wake = (ms: number): void => {
    const at = Date.now() + ms
    if (timer !== undefined && wakesAt <= at) return
    clearTimeout(timer)
    wakesAt = at
    timer = setTimeout(() => {
      timer = undefined
      schedule()
    }, ms)
  }
  const client = (endpoint: Endpoint): ReturnType<typeof openClient> => {
    let known = clients.get(endpoint.account)
    if (known === undefined) {
      known = openClient(endpoint, fetch)
      clients.set(endpoint.account, known)
    }
    return known
  }
  const laneOf = (endpoint: Endpoint, model: string): Lane => {
    const name = `${endpoint.account}\n${model}`
    let lane = lanes.get(name)
    if (lane === undefined) {
      lane = createLane(endpoint, model, store.windows, factsIn(store.shared, endpoint.account, model))
      lanes.set(name, lane)
    }
    return lane
  }
  const stop = (error: SftError): void => {
    if (stopped !== undefined) return
    stopped = error
    for (const lane of lanes.values()) for (const job of lane.drain()) job.reject(error)
    for (const [job, timeout] of sleeping) {
      clearTimeout(timeout)
      job.reject(error)
    }
    sleeping.clear()
    for (const tell of stopping) tell(error)
    schedule()
  }
  const later = (lane: Lane, job: Job, ms: number): void => {
    if (stopped !== undefined) {
      job.reject(stopped)
      return
    }
    const timeout = setTimeout(() => {
      sleeping.delete(job)
      lane.addRetry(job)
      schedule()
    }, ms)
    sleeping.set(job, timeout)
  }

  /** Everything that a moment brought is written as one: what ended, and the reservations of what begins. */
  const round = (): void => {
    scheduled = false
    const now = Date.now()
    const done = settled
    settled = []
    const begun: [Lane, Job][] = []
    const found: [Job, Reply][] = []
    if (done.length > 0 || [...lanes.values()].some((lane) => mayBegin(lane))) {
      try {
        store.write(() => {
          for (const { write } of done) write()
          for (const lane of lanes.values()) grantTurns(turns, lane, now, begun, found)
        })
      } catch (error) {
        const problem = isSftError(error) ? error : cannotKeep('the cache', error)
        stop(problem)
        for (const { failed } of done) failed(problem)
        for (const [lane, job] of begun) {
          lane.inFlight.delete(job)
          job.reject(problem)
        }
        for (const [job] of found) job.reject(problem)
        return
      }
    }
    for (const { after } of done) after()
    for (const [job, reply] of found) job.resolve({ ok: true, reply, cached: true })
    for (const [lane, job] of begun) void send(lane, job)
    meter.changed()
  }

  const mayBegin = (lane: Lane): boolean =>
    stopped === undefined &&
    lane.waiting() > 0 &&
    lane.inFlight.size < lane.concurrency.allowed() &&
    (lane.open || lane.inFlight.size === 0)

  const opensLater = (lane: Lane): void => {
    setTimeout(() => {
      lane.open = true
      schedule()
    }, ALONE_MS).unref()
  }

  const following = createFollowing({ stop, later, log })
  const turns: Turns = { store, mayBegin, wake, stop, later, opensLater }

  const send = async (lane: Lane, job: Job): Promise<void> => {
    const { request, endpoint, settings } = job.call
    const manner = { ...lane.manner(), ...(job.structured !== undefined && { structured: job.structured }) }
    const { attempt, headers } = await complete({
      client: client(endpoint),
      endpoint,
      request,
      manner,
      settings,
    })
    settled.push(settle(lane, job, manner, attempt, headers))
    schedule()
  }

  const settle = (
    lane: Lane,
    job: Job,
    manner: Manner,
    attempt: Attempt,
    headers: Headers | undefined,
  ): Settled => {
    const { call } = job
    const reply = attempt.kind === 'reply' ? withInputTokens(attempt.reply, call) : undefined
    const maybePaid = attempt.kind === 'again' && attempt.maybePaid
    const next = following.next(lane, job, manner, attempt)
    return {
      write() {
        if (headers !== undefined) lane.headers(headers, Date.now())
        const used = reply === undefined ? 0 : reply.inputTokens + reply.outputTokens
        const reserved = call.promptTokens + call.outputTokens
        if (!maybePaid)
          store.windows.add(call.endpoint.account, call.request.model, job.sentAt, 0, used - reserved)
        if (job.reservation !== undefined) {
          const cost = reply === undefined ? (maybePaid ? call.worst : 0) : costOf(reply, call)
          store.ledger.settle(job.reservation, cost)
        }
        if (reply !== undefined) {
          const replies = judge(reply, call.request).ok ? store.answers : store.rejected
          replies.put(call.key, reply, { model: call.request.model, baseURL: call.endpoint.baseURL })
        }
        if (next.over) store.claims.release(call.key)
        next.write?.()
      },
      after() {
        lane.inFlight.delete(job)
        next.after(reply)
        schedule()
      },
      failed(error) {
        lane.inFlight.delete(job)
        job.reject(error)
      },
    }
  }

  return {
    make(call) {
      if (stopped !== undefined) return Promise.reject(stopped)
      const lane = laneOf(call.endpoint, call.request.model)
      lane.settings(call)
      return new Promise<CallResult>((resolve, reject) => {
        lane.add({
          call,
          failed: 0,
          limited: 0,
          sentAt: 0,
          reservation: undefined,
          structured: undefined,
          resolve,
          reject,
        })
        schedule()
      })
    },
    write: (write) =>
      new Promise((resolve, reject) => {
        settled.push({ write, after: resolve, failed: reject })
        schedule()
      }),
    client,
    lane: laneOf,
    lanes: () => lanes.values(),
    stopped: () => stopped,
    onStop(tell) {
      stopping.push(tell)
    },
    stop,
    async close() {
      stop(interrupted())
      const flying = (): boolean => [...lanes.values()].some(({ inFlight }) => inFlight.size > 0)
      const end = Date.now() + GRACE_MS
      while (flying() && Date.now() < end) await pause(20)
      await closeConnections()
      while (flying() && Date.now() < end + 1000) await pause(20)
      clearInterval(beating)
      clearTimeout(timer)
      settled.push({ write: () => store.claims.end(), after() {}, failed() {} })
      round()
      store.close()
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Where the server does not count tokens, the bound stands. */
export function withInputTokens(reply: Reply, { promptTokens }: Call): Reply {
  return reply.inputTokens === UNCOUNTED ? { ...reply, inputTokens: promptTokens } : reply
}

export function costOf(reply: Reply, { price }: Call): number {
  return price === undefined ? 0 : replyCost(price, reply)
}
