import { setTimeout as wait } from 'node:timers/promises'
import { errorText, isSftError, redactSecrets, type SftError, sftError } from '@sftkit/core'

const HUB = 'https://huggingface.co'
/** Milliseconds before each further try. */
const PAUSES = [500, 2000, 8000]

/** The Hub as the account of HF_TOKEN sees it. */
export interface HubClient {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string
  /** With tries, for requests that may be made twice. */
  readonly fetch: typeof fetch
}

/** @throws SFT_HUB_AUTH without a token, SFT_HUB_ADDRESS */
export function openHub(signal?: AbortSignal, env: NodeJS.ProcessEnv = process.env): HubClient {
  const token = env.HF_TOKEN?.trim()
  if (!token) throw sftError('SFT_HUB_AUTH', 'HF Jobs run for an account, and HF_TOKEN is not set.')
  const url = (env.HF_ENDPOINT?.trim() || HUB).replace(/\/+$/, '')
  if (!/^https?:\/\//.test(url))
    throw sftError('SFT_HUB_ADDRESS', 'HF_ENDPOINT is no address.', {
      fix: `Write it like ${HUB}, or leave it out.`,
    })
  return { url, token, fetch: patientFetch(signal) }
}

/** Tries again where there was no answer or one of a server in trouble; a job and a commit are asked for once. */
function patientFetch(signal: AbortSignal | undefined): typeof fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input)
    const once =
      init.method === 'POST' && /\/api\/jobs\/[^/]+$|\/commit\/[^/]+$/.test(url.replace(/\?.*/, ''))
    const tries = once || init.body instanceof ReadableStream ? 0 : PAUSES.length
    for (let attempt = 0; ; attempt++) {
      const pause = attempt < tries ? PAUSES[attempt] : undefined
      try {
        const signals = [signal, init.signal ?? undefined].filter((one) => one !== undefined)
        const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) })
        if (pause === undefined || !(response.status === 429 || response.status >= 500)) return response
        await response.body?.cancel()
      } catch (error) {
        if (pause === undefined || signal?.aborted || init.signal?.aborted) throw error
      }
      await wait(pause)
    }
  }
}

/** Asks the Hub, and makes a refusal an error of the catalogue. */
export async function asking<T>(hub: HubClient, what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (isSftError(error) || (error as Error).name === 'AbortError') throw error
    throw refusal(error, what, hub)
  }
}

function refusal(error: unknown, what: string, { url }: HubClient): SftError {
  const { statusCode: status } = error as { statusCode?: number }
  // The library adds addresses and request ids.
  const said = redactSecrets(errorText(error))
    .replace(/\.? URL: .*$/s, '')
    .replace(/https?:\/\/\S+/g, '…')
    .slice(0, 300)
  if (status === undefined)
    return sftError('SFT_HUB_UNREACHABLE', `The Hub at ${url} cannot be reached to ${what}: ${said}.`)
  if (status === 401)
    return sftError('SFT_HUB_AUTH', `The Hub at ${url} refuses the token in HF_TOKEN: ${said}.`)
  if (status === 402)
    return sftError('SFT_HUB_DENIED', `The account cannot pay to ${what}: ${said}.`, {
      fix: 'HF Jobs need credits, or a Pro, Team or Enterprise plan.',
    })
  if (status === 403) return sftError('SFT_HUB_DENIED', `The token in HF_TOKEN may not ${what}: ${said}.`)
  if (status === 429 || status >= 500)
    return sftError('SFT_HUB_UNREACHABLE', `The Hub at ${url} answered ${status} when asked to ${what}.`)
  return sftError('SFT_TRAIN_JOB', `The Hub refused to ${what}: ${said} (${status}).`)
}
