import type { Exchange } from '../exchange.ts'
import { type CanonicalRequest, canonicalRequest } from './canonical.ts'
import { firstDifference, likeness, type RequestDifference } from './difference.ts'

/** What a recording answers. */
export interface RecordedAnswers {
  /** The next answer to a request; after the last one, the first again. Undefined: it was never asked. */
  next(request: CanonicalRequest): Exchange | undefined
  /** The recorded request that is most like one that was never asked, and where they first differ. */
  nearest(request: CanonicalRequest): { exchange: Exchange; difference: RequestDifference } | undefined
  /** Exchanges that have not been asked for. */
  unused(): number
}

export function createAnswers(exchanges: readonly Exchange[]): RecordedAnswers {
  const asked = exchanges.map((exchange) => ({ exchange, request: requestOf(exchange) }))
  const byHash = Map.groupBy(asked, ({ request }) => request.hash)
  const turns = new Map<string, number>()
  const used = new Set<Exchange>()
  return {
    next({ hash }) {
      const same = byHash.get(hash)
      if (same === undefined) return undefined
      const turn = turns.get(hash) ?? 0
      turns.set(hash, turn + 1)
      const exchange = same[turn % same.length]?.exchange
      if (exchange !== undefined) used.add(exchange)
      return exchange
    },
    nearest(request) {
      let best: (typeof asked)[number] | undefined
      let most = -1
      for (const one of asked) {
        const score = likeness(one.request, request)
        if (score <= most) continue
        most = score
        best = one
      }
      const difference = best && firstDifference(best.request, request)
      return best === undefined || difference === undefined
        ? undefined
        : { exchange: best.exchange, difference }
    },
    unused: () => exchanges.length - used.size,
  }
}

function requestOf({ request }: Exchange): CanonicalRequest {
  return canonicalRequest(request.method, request.path, request.body ?? request.text ?? request.base64)
}
