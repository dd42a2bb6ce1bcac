import type { LlmFailure, LlmPrice, LlmRequest, LlmSettings } from '@sftkit/core'
import type { Payer } from '../budget/ledger.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Reply } from './reply.ts'

/** A question on its way to the server. */
export interface Call {
  /** What it is known by in the cache. */
  readonly key: string
  readonly request: LlmRequest
  readonly endpoint: Endpoint
  readonly settings: LlmSettings
  readonly plugin: string
  readonly price: LlmPrice | undefined
  /** When a price of the engine's table was seen. */
  readonly priceSeen?: string
  /** Those whose budget it counts against. */
  readonly payers: readonly Payer[]
  /** At worst, also in picodollars. */
  readonly promptTokens: number
  readonly outputTokens: number
  readonly worst: number
}

export type CallResult =
  | { readonly ok: true; readonly reply: Reply; readonly cached: boolean }
  | { readonly ok: false; readonly failure: LlmFailure; readonly detail: string }
