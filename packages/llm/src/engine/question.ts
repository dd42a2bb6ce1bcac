import type { LlmPrice, LlmRequest, LlmSettings } from '@sftkit/core'
import { BATCH_SHARE, PICO, worstCost } from '../budget/cost.ts'
import { type Payer, WHOLE_RUN } from '../budget/ledger.ts'
import { priceOf } from '../budget/prices.ts'
import { requestKey } from '../cache/key.ts'
import { endpointOf, needsKey } from '../endpoint/endpoint.ts'
import { noKey, notAsked, unknownPrice } from '../errors/stop.ts'
import { worstPromptTokens } from '../limits/worst-tokens.ts'
import type { ParsedLlmOptions } from '../options.ts'
import { fitOf } from '../structured/fits.ts'
import type { Call } from './call.ts'

/** What an answer without `maxTokens` is taken for where nobody knows how long it may be. */
const USUAL_OUTPUT_TOKENS = 4096

/**
 * A request as the call that is made for it.
 *
 * @throws SFT_LLM_REQUEST, SFT_LLM_AUTH without a key where one is needed, SFT_LLM_PRICE where a budget cannot be kept
 */
export function callFor(request: LlmRequest, options: ParsedLlmOptions): Call {
  const { budgetUsd: ofRun, confirmAbove: _, ...defaults } = options
  const settings: LlmSettings = { ...defaults, ...request.settings }
  if (request.messages.length === 0) throw notAsked('A question needs at least one message.')
  if (request.model === '') throw notAsked('A question needs the name of a model.')
  if (request.schema !== undefined) fitOf(request.schema)
  const endpoint = endpointOf(settings)
  if (endpoint.key === undefined && needsKey(endpoint)) throw noKey(endpoint)
  const plugin = request.plugin ?? 'the run'
  const payers: Payer[] = [
    ...(ofRun === undefined ? [] : [{ name: WHOLE_RUN, budget: ofRun * PICO }]),
    ...(settings.budgetUsd === undefined ? [] : [{ name: plugin, budget: settings.budgetUsd * PICO }]),
  ]
  const promptTokens = worstPromptTokens(request)
  const known = priceOf(request.model, settings, endpoint.baseURL, promptTokens)
  const price = known !== undefined && settings.mode === 'batch' ? batchPrice(known.price) : known?.price
  const longest = request.maxTokens ?? price?.maxOutput
  if (payers.length > 0) {
    if (price === undefined) throw unknownPrice(request.model, 'the price')
    if (longest === undefined)
      throw unknownPrice(request.model, 'the most tokens of an answer (maxTokens, or maxOutput in prices)')
  }
  return {
    key: requestKey(request, endpoint.baseURL),
    request,
    endpoint,
    settings,
    plugin,
    price,
    ...(known?.seen !== undefined && { priceSeen: known.seen }),
    payers,
    promptTokens,
    outputTokens: request.maxTokens ?? USUAL_OUTPUT_TOKENS,
    worst: price === undefined ? 0 : worstCost(price, promptTokens, longest ?? USUAL_OUTPUT_TOKENS),
  }
}

function batchPrice({ input, output, cachedInput, maxOutput }: LlmPrice): LlmPrice {
  return {
    input: input * BATCH_SHARE,
    output: output * BATCH_SHARE,
    ...(cachedInput !== undefined && { cachedInput: cachedInput * BATCH_SHARE }),
    ...(maxOutput !== undefined && { maxOutput }),
  }
}
