import type { Plugin } from '@sftkit/core'
import { describe, expect, test } from 'vitest'
import { attempts, openaiMessages, sharegpt } from '../src/index.ts'
import { suite, traces, withoutTraces } from './shared.ts'
import { loaderOf, loadWith, readTraceFile, tableRow } from './support.ts'

const ADP = 'adp/zhu-yiqi__agent-data-protocol/datasets'
const HARBOR = 'harbor-atif/sachiny0106__Xelron/tests/golden'
const LLAMA = 'chat-sft/hiyouga__LLaMA-Factory/data'
const AXOLOTL = 'chat-sft/axolotl-ai-cloud__axolotl/tests/fixtures'

function messagesOf(plugin: Plugin, path: string) {
  const loader = loaderOf(plugin)
  return readTraceFile(traces, path).records.map((record) => loadWith(loader, record).trace.messages)
}

describe.skipIf(withoutTraces)(suite('numbers of real files', withoutTraces), () => {
  test.each([
    [
      `${ADP}/swe-gym_openhands_sampled_trajectories/sample_raw.json`,
      5,
      '41 (1/3/17/20), 21, 20',
      [188, 87, 82],
    ],
    [
      `${ADP}/SWE-Gym_OpenHands-Sampled-Trajectories/sample_raw.23556dc7.json`,
      5,
      '31 (1/2/15/13), 14, 13',
      [321, 154, 150],
    ],
    [`${ADP}/swe-smith/sample_raw.json`, 5, '31 (1/15/15/0), 0, 0', [237, 0, 0]],
    [`${LLAMA}/reason_tool_use_demo_50.jsonl`, 50, '3 (1/1/1/0), 0, 0', [274, 68, 42]],
    [`${LLAMA}/v1_sft_demo.jsonl`, 500, '2 (0/1/1/0), 0, 0', [1000, 0, 0]],
    [`${ADP}/agenttuning_os/sample_raw.json`, 5, '14 (0/7/7/0), 0, 0', [68, 0, 0]],
  ])('openai-messages %s', (path, rows, first, all) => {
    const read = messagesOf(openaiMessages(), path)
    expect(read).toHaveLength(rows)
    expect(tableRow(read[0] ?? [])).toBe(first)
    expect(tableRow(read.flat())).toMatch(new RegExp(`^${all[0]} \\(.*\\), ${all[1]}, ${all[2]}$`))
  })

  test('LLaMA-Factory: reasoning parts, answered and open calls', () => {
    const read = messagesOf(openaiMessages(), `${LLAMA}/reason_tool_use_demo_50.jsonl`)
    expect(tableRow(read.flat())).toBe('274 (50/70/112/42), 68, 42')
    expect(read.flat().filter(({ reasoning }) => reasoning !== undefined)).toHaveLength(112)
  })

  test.each([
    [`${AXOLOTL}/conversation.json`, 1, '12 (0/6/6/0), 0, 0', 12],
    [`${ADP}/llava_plus/sample_sft.json`, 3, '11 (1/4/6/0), 0, 0', 30 + 3],
    [`${ADP}/mini-coder/sample_sft.json`, 1, '18 (0/9/9/0), 0, 0', 18],
    [
      `${ADP}/nebius_SWE-agent-trajectories/sample_sft/sample_sft_openhands.json`,
      5,
      '15 (1/7/7/0), 0, 0',
      108 + 5,
    ],
  ])('sharegpt %s', (path, rows, first, all) => {
    const read = messagesOf(sharegpt(), path)
    expect(read).toHaveLength(rows)
    expect(tableRow(read[0] ?? [])).toBe(first)
    expect(read.flat()).toHaveLength(all)
  })

  test.each([
    [`${HARBOR}/openhands/hello-world.traces.json`, 2, '7 (0/4/2/1), 2, 1'],
    [`${HARBOR}/terminus_2/hello-world-invalid-json.traces.json`, 4, '8 (0/4/4/0), 0, 0'],
    [`${HARBOR}/terminus_2/hello-world-context-summarization.traces.json`, 7, '11 (0/6/5/0), 0, 0'],
    [
      `${HARBOR}/terminus_2/hello-world-context-summarization.summarization-1-summary.traces.json`,
      1,
      '7 (0/4/3/0), 0, 0',
    ],
  ])('attempts %s: the longest row of the last chain', (path, rows, last) => {
    const read = messagesOf(attempts(), path)
    expect(read).toHaveLength(rows)
    expect(tableRow(read.at(-1) ?? [])).toBe(last)
  })

  test('attempts: the first chain before a context summary', () => {
    const read = messagesOf(attempts(), `${HARBOR}/terminus_2/hello-world-context-summarization.traces.json`)
    expect(read[2]).toHaveLength(6)
  })
})
