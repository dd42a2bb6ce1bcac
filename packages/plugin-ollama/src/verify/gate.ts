import type { ErrorCode, JsonObject } from '@sftkit/core'

export type GateName = 'weights' | 'metadata' | 'tokens' | 'greedy' | 'render' | 'live'

/** What a gate found. */
export interface GateResult {
  readonly gate: GateName
  /** A gate that could not run has not passed. */
  readonly status: 'passed' | 'failed' | 'not-run'
  /** One line: what was compared, what differs, or why it did not run. */
  readonly detail: string
  /** Of a failure: the place of the first difference, and both sides. */
  readonly difference?: JsonObject
}

export const GATE_ERRORS: Readonly<Record<GateName, ErrorCode>> = {
  weights: 'SFT_VERIFY_WEIGHTS',
  metadata: 'SFT_VERIFY_METADATA',
  tokens: 'SFT_VERIFY_TOKENS',
  greedy: 'SFT_VERIFY_GREEDY',
  render: 'SFT_VERIFY_RENDER',
  live: 'SFT_VERIFY_LIVE',
}

export const passed = (gate: GateName, detail: string): GateResult => ({ gate, status: 'passed', detail })
export const notRun = (gate: GateName, detail: string): GateResult => ({ gate, status: 'not-run', detail })
export const failed = (gate: GateName, detail: string, difference: JsonObject = {}): GateResult => ({
  gate,
  status: 'failed',
  detail,
  difference,
})
