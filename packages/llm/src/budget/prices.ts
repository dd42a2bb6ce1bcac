import type { LlmPrice, LlmSettings } from '@sftkit/core'

/** A line of the table: prices, and where and when they were seen. */
interface Listed {
  readonly price: LlmPrice
  /** For prompts above so many tokens, where those cost more. */
  readonly long?: { readonly above: number; readonly price: LlmPrice }
  /** The month, or the day, of OpenAI's page as the source gives it. */
  readonly seen: string
  readonly source: string
}

const of = (input: number, cachedInput: number, output: number, maxOutput: number): LlmPrice => ({
  input,
  cachedInput,
  output,
  maxOutput,
})

/** Who quotes OpenAI's page (developers.openai.com/api/docs/pricing), which cannot be kept itself. */
const LLM_PRICES = 'github.com/simonw/llm-prices, data/openai.json at 0838d1a'
const CALCULATOR = `${LLM_PRICES}; aimodelcalc.pages.dev/guides/openai-api-pricing.html`
const CHECKED = `${LLM_PRICES}; tokenmath.io/openai-api-pricing-explained`
const TABLES = `${LLM_PRICES}; deploybase.ai/articles/openai-pricing`
const PLANS = `${LLM_PRICES}; github.com/api-evangelist/openai, plans/openai-plans-pricing.yml at 0047de3`

/** Longer prompts cost more of the newest models (github.com/BerriAI/litellm, its price file at 00035b6). */
const LONG_PROMPT = 272_000

/**
 * Dollars for a million tokens of OpenAI's usual chat models, and the most tokens of an answer. `prices` in the
 * settings go before. Prices fall and rarely rise, so an old line reserves too much rather than too little.
 */
const TABLE: Readonly<Record<string, Listed>> = {
  'gpt-4o': { price: of(2.5, 1.25, 10, 16_384), seen: '2026-05', source: CALCULATOR },
  'gpt-4o-mini': { price: of(0.15, 0.075, 0.6, 16_384), seen: '2026-05', source: CALCULATOR },
  'gpt-4.1': { price: of(2, 0.5, 8, 32_768), seen: '2026-06-21', source: CHECKED },
  'gpt-4.1-mini': { price: of(0.4, 0.1, 1.6, 32_768), seen: '2026-06-21', source: CHECKED },
  'gpt-4.1-nano': { price: of(0.1, 0.025, 0.4, 32_768), seen: '2026-03', source: TABLES },
  'gpt-5': { price: of(1.25, 0.125, 10, 128_000), seen: '2026-03', source: TABLES },
  'gpt-5-mini': { price: of(0.25, 0.025, 2, 128_000), seen: '2026-03', source: TABLES },
  'gpt-5-nano': { price: of(0.05, 0.005, 0.4, 128_000), seen: '2026-03', source: TABLES },
  'gpt-5.1': { price: of(1.25, 0.125, 10, 128_000), seen: '2026-03', source: TABLES },
  'gpt-5.4': {
    price: of(2.5, 0.25, 15, 128_000),
    long: { above: LONG_PROMPT, price: of(5, 0.5, 22.5, 128_000) },
    seen: '2026-05-04',
    source: PLANS,
  },
  'gpt-5.4-mini': { price: of(0.75, 0.075, 4.5, 128_000), seen: '2026-05-04', source: PLANS },
  'gpt-5.4-nano': { price: of(0.2, 0.02, 1.25, 128_000), seen: '2026-05-04', source: PLANS },
  'gpt-5.5': {
    price: of(5, 0.5, 30, 128_000),
    long: { above: LONG_PROMPT, price: of(10, 1, 45, 128_000) },
    seen: '2026-05-04',
    source: PLANS,
  },
  o3: { price: of(2, 0.5, 8, 100_000), seen: '2026-03', source: 'deploybase.ai/articles/openai-pricing' },
  'o3-mini': { price: of(1.1, 0.55, 4.4, 100_000), seen: '2026-05', source: CALCULATOR },
  'o4-mini': { price: of(1.1, 0.275, 4.4, 100_000), seen: '2026-03', source: TABLES },
}

/** A dated name (`gpt-4o-mini-2024-07-18`) costs what its undated one costs, where it has no price of its own. */
const DATE = /-\d{4}-\d{2}-\d{2}$/

/** A price, and for one of the table when it was seen: nobody gave it, so it may be another one by now. */
export interface KnownPrice {
  readonly price: LlmPrice
  readonly seen?: string
}

/**
 * The price of a model: that of the settings, else the table's where the server is OpenAI's; a model of the same name
 * elsewhere has a price of its own.
 *
 * @param promptTokens the most that the prompt can have
 */
export function priceOf(
  model: string,
  settings: LlmSettings,
  baseURL: string,
  promptTokens: number,
): KnownPrice | undefined {
  const undated = model.replace(DATE, '')
  const own = settings.prices?.[model] ?? settings.prices?.[undated]
  if (own !== undefined) return { price: own }
  if (new URL(baseURL).hostname !== 'api.openai.com') return undefined
  const listed = TABLE[model] ?? TABLE[undated]
  if (listed === undefined) return undefined
  const { price, long, seen } = listed
  return { price: long !== undefined && promptTokens > long.above ? long.price : price, seen }
}
