import { describe, expect, test } from 'vitest'
import { loaders } from '../src/index.ts'
import { traces, withoutTraces } from './shared.ts'
import { filesBelow, formatOf, loaderOf, readTraceFile } from './support.ts'

const all = loaders().map(loaderOf)
const ADP = 'adp/zhu-yiqi__agent-data-protocol/datasets'

/**
 * The files of the formats of this package, by what their paths have in common; no other file is claimed.
 * agenttuning_os/…/sample_sft_agentlab.json is an empty list.
 */
const EXPECTED: readonly (readonly [path: RegExp, format: string])[] = [
  [
    new RegExp(`^${ADP}/(SWE-Gym|SWE-smith_5k|swe-gym|swe-smith|codeactinstruct/)[^/]*.*/?sample_raw`, 'u'),
    'openai-messages',
  ],
  [new RegExp(`^${ADP}/agenttuning_(alfworld|db|mind2web|os|webshop)/sample_raw`, 'u'), 'openai-messages'],
  [new RegExp(`^${ADP}/(?!agenttuning_os/).*/sample_sft_agentlab`, 'u'), 'openai-messages'],
  [new RegExp(`^${ADP}/.*/sample_sft_(openhands|sweagent)`, 'u'), 'sharegpt'],
  [new RegExp(`^${ADP}/llava_plus/sample_(raw|sft)\\.json`, 'u'), 'sharegpt'],
  [new RegExp(`^${ADP}/(mini-coder|weblinx)/sample_sft\\.json`, 'u'), 'sharegpt'],
  [/^chat-sft\/axolotl-ai-cloud__axolotl\//, 'sharegpt'],
  [/^chat-sft\/hiyouga__LLaMA-Factory\//, 'openai-messages'],
  [/^harbor-atif\/.*\.traces\.json$/, 'attempts'],
  [/^other-cli-sessions\/.*\/agents\/hermes\//, 'openai-messages'],
]

describe.skipIf(withoutTraces)('detection on real files', () => {
  test('claims the files of its formats and no others', () => {
    const found: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const path of filesBelow(traces)) {
      const format = formatOf(all, readTraceFile(traces, path))
      if (format !== undefined) found[path] = format
      const wanted = EXPECTED.find(([pattern]) => pattern.test(path))
      if (wanted !== undefined) expected[path] = wanted[1]
    }
    expect(found).toEqual(expected)
  })
})
