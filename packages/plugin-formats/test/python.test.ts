import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Example, Plugin } from '@sftkit/core'
import { expect, test } from 'vitest'
import { datasetFeatures } from '../../core/src/run-directory/columns.ts'
import { writeParquet } from '../../core/src/run-directory/parquet.ts'
import { formatChatml, formatMessages, formatOpenAi, formatPromptCompletion, formats } from '../src/index.ts'
import { formatted, jsonLines, registered } from './formatted.ts'
import { hardChats, hardLabels, hardPairs, hardTasks, parityChats } from './hard-rows.ts'
import { findPython, runPython } from './python.ts'

const everything: readonly Example[] = [...hardChats, ...hardPairs, ...hardLabels, ...hardTasks]

test('Python reads every row as it was written, and templates render calls once encoded', async (context) => {
  const found = await findPython()
  if (!('python' in found)) return context.skip(`no Python with datasets: ${found.reason}`)
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-formats-'))
  try {
    const features: Record<string, unknown> = {}
    for (const [name, plugin] of variants()) features[name] = await write(folder, name, plugin)
    writeFileSync(join(folder, 'features.json'), JSON.stringify(features))
    const qwen = formatted(formatChatml({ style: 'qwen' }), ...parityChats).rows
    writeFileSync(join(folder, 'chatml-qwen.jsonl'), jsonLines(qwen))
    writeFileSync(join(folder, 'parity.jsonl'), jsonLines(formatted(formatMessages(), ...parityChats).rows))
    expect(await runPython(found.python, 'check_rows.py', folder)).toBe('ok\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function variants(): [string, Plugin][] {
  return [
    ...formats()
      .map((plugin): [string, Plugin] => [registered(plugin).name, plugin])
      // Lines of a session are no rows: `datasets` knows the format and hands it to a reader of agent traces.
      .filter(([name]) => name !== 'sts'),
    ['openai-strict', formatOpenAi({ strict: true })],
    ['prompt-completion-text', formatPromptCompletion({ mode: 'text' })],
  ]
}

async function write(folder: string, name: string, plugin: Plugin): Promise<unknown> {
  const { columns = {}, takes } = registered(plugin).format
  const { rows } = formatted(plugin, ...everything.filter(({ kind }) => takes.includes(kind)))
  writeFileSync(join(folder, `${name}.jsonl`), jsonLines(rows))
  await writeParquet(join(folder, `${name}.parquet`), rows, { columns })
  return datasetFeatures(columns)
}
