import { redactSecrets, type SftError, sftError } from '@sftkit/core'
import type { Endpoint } from './endpoint.ts'

/** What a repository holds. */
export type RepoType = 'dataset' | 'model'

/** What a request is about, for messages: `the dataset ORG/NAME`, and what is done with it. */
export interface Subject {
  readonly type: RepoType
  readonly repo: string
  /** The branch, tag or commit that was asked for. */
  readonly revision?: string
}

/**
 * An answer that is none, as an error of the catalogue. The Hub says the reason in headers: `X-Error-Code` for
 * programs, `X-Error-Message` for people. Addresses are left out: those of its storage are signed.
 */
export async function refusal(response: Response, subject: Subject, endpoint: Endpoint): Promise<SftError> {
  const { type, repo, revision } = subject
  const code = response.headers.get('x-error-code')
  const said = sentence(response.headers.get('x-error-message') ?? (await messageOf(response)))
  const { status } = response
  const page = pageOf(endpoint, type, repo)
  if (code === 'GatedRepo' || (status === 403 && /gated|restricted/i.test(said)))
    return sftError(
      'SFT_HUB_GATED',
      `The ${type} ${repo} is gated, and ${whoIs(endpoint)} has no access to it.`,
      {
        source: repo,
        fix: `Open ${page}, accept the conditions, and put that account's token into HF_TOKEN.`,
      },
    )
  if (code === 'RevisionNotFound')
    return sftError('SFT_HUB_REVISION', `The ${type} ${repo} has no revision ${revision ?? 'main'}.`, {
      source: repo,
    })
  if (code === 'EntryNotFound')
    return sftError('SFT_HUB_NOT_FOUND', `The ${type} ${repo} has no such file.${said}`, { source: repo })
  if (status === 401 && endpoint.token !== undefined && code !== 'RepoNotFound')
    return sftError('SFT_HUB_AUTH', `The Hub at ${endpoint.url} refuses the token in HF_TOKEN.${said}`)
  if (status === 401 || status === 404 || code === 'RepoNotFound') {
    const missing =
      endpoint.token === undefined
        ? `The Hub at ${endpoint.url} shows no ${type} ${repo} to somebody without a token: it does not exist, or is private.`
        : `The Hub at ${endpoint.url} has no ${type} ${repo}, or the token in HF_TOKEN may not see it.`
    return sftError('SFT_HUB_NOT_FOUND', missing, { source: repo })
  }
  if (status === 402 || status === 403)
    return sftError('SFT_HUB_DENIED', `The Hub does not allow it to ${whoIs(endpoint)} for ${repo}.${said}`, {
      source: repo,
    })
  if (status === 409 || status === 412)
    return sftError('SFT_HUB_CONFLICT', `The branch of ${repo} has moved on.${said}`, { source: repo })
  if (status === 429 || status >= 500)
    return sftError('SFT_HUB_UNREACHABLE', `The Hub at ${endpoint.url} answers with ${status}.${said}`)
  return sftError('SFT_HUB_REFUSED', `The Hub refuses a request for ${repo} with ${status}.${said}`, {
    source: repo,
  })
}

/** Where a person sees a repository. */
export function pageOf(endpoint: Endpoint, type: RepoType, repo: string): string {
  return `${endpoint.url}/${type === 'dataset' ? 'datasets/' : ''}${repo}`
}

/** Whether an error is that of a connection, and not of a program: Node's `fetch` throws nothing more special. */
export function isBrokenConnection(error: unknown): boolean {
  const { cause, message } = error as { cause?: { code?: unknown }; message?: unknown }
  return error instanceof TypeError && (message === 'terminated' || typeof cause?.code === 'string')
}

/** What a connection's failure is in the catalogue; any other error stays what it is. */
export function asRefusal(error: unknown, endpoint: Endpoint): unknown {
  return isBrokenConnection(error) ? unreachable(error, endpoint) : error
}

/** A request that got no answer. */
export function unreachable(error: unknown, endpoint: Endpoint): SftError {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause
  const reason = cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error))
  return sftError(
    'SFT_HUB_UNREACHABLE',
    `The Hub at ${endpoint.url} cannot be reached: ${redactSecrets(reason)}.`,
  )
}

function whoIs({ token }: Endpoint): string {
  return token === undefined ? 'somebody without a token' : 'the account of HF_TOKEN'
}

/** What the Hub said, short, without anything secret. */
function sentence(text: string): string {
  const clean = redactSecrets(text)
    .replace(/\s+/g, ' ')
    .replace(/https?:\/\/\S+/g, '…')
    .trim()
    .slice(0, 300)
  return clean === '' ? '' : ` The Hub says: ${clean.replace(/\.?$/, '.')}`
}

async function messageOf(response: Response): Promise<string> {
  try {
    const text = await response.text()
    if (!text.startsWith('{')) return text.startsWith('<') ? '' : text
    const { error, message } = JSON.parse(text) as { error?: unknown; message?: unknown }
    return String(error ?? message ?? '')
  } catch {
    return ''
  }
}
