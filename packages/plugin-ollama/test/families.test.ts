import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith } from '../../../e2e/support/folders.ts'
import type { RunningServer } from '../../../e2e/support/http-server.ts'
import { findModelServers, startOllama } from '../../../e2e/support/model-servers.ts'
import { type GateResult, toOllama } from '../src/index.ts'
import { llamaCppThatMakes } from './support/planted-gguf.ts'
import { CALLS, chatFile, tinyModel, useTestParts, WORDS } from './support/python.ts'

const { servers, reason } = findModelServers('serve', 'ollama')

/** Models that have learned nothing: what is compared is how they are converted and how their chats are rendered. */
describe.skipIf(servers === undefined)(`families${reason ? ` (${reason})` : ''}`, () => {
  const home = folderWith()
  let python: string
  let newer: RunningServer | undefined
  let older: RunningServer | undefined

  beforeAll(async () => {
    if (servers === undefined) return
    python = useTestParts(servers)
    newer = await startOllama('0.34.0')
    older = await startOllama('0.24.0')
    return async () => {
      await newer?.stop()
      await older?.stop()
    }
  })

  const passed = ({ gates }: { gates: readonly GateResult[] }): string[] =>
    gates.filter(({ status }) => status === 'passed').map(({ gate }) => gate)

  test.each(['qwen3', 'llama3', 'phi4'])(
    '%s: a new vocabulary is recognised, tokens and every chat are equal in both',
    async (family) => {
      const folder = join(home, family)
      const chats = chatFile(folder, [...CALLS, ...WORDS])
      const modelPath = await tinyModel(python, family, folder, chats, '--steps', '0')
      const first = await toOllama(family, {
        ...{ modelPath, out: join(folder, 'newer'), quantization: 'f16' },
        host: newer?.url ?? '',
      })
      const fake = join(folder, 'same')
      mkdirSync(fake)
      const second = await toOllama(family, {
        ...{ modelPath, out: join(folder, 'older'), quantization: 'f16' },
        host: older?.url ?? '',
        llamaCppPath: llamaCppThatMakes(fake, first.gguf),
      })
      const compared = ['weights', 'metadata', 'tokens', 'greedy', 'render']
      expect(passed(first)).toEqual(expect.arrayContaining(compared))
      expect(passed(second)).toEqual(expect.arrayContaining(compared))
    },
  )
})
