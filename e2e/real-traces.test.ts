import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { datasetRows, folderWith, jsonOf } from './support/folders.ts'
import { sft } from './support/sft.ts'

const TRACES = fileURLToPath(new URL('../../shared/traces', import.meta.url))
const there = existsSync(TRACES)

describe.skipIf(!there)(
  there ? 'real traces' : 'real traces (skipped: the folder of shared traces is not here)',
  () => {
    const inputs = there
      ? [
          join(TRACES, 'chat-sft'),
          ...globSync('harbor-atif/**/*.traces.json', { cwd: TRACES }).map((path) => join(TRACES, path)),
          ...globSync('adp/**/*{openai,sharegpt,sft,messages}*.json*', { cwd: TRACES }).map((path) =>
            join(TRACES, path),
          ),
          // One of the samples is an empty list.
        ].filter((path) => !path.endsWith('.json') || readFileSync(path, 'utf8').trim() !== '[]')
      : []
    it.each(inputs.map((path) => [path.slice(TRACES.length + 1), path]))(
      'become rows: %s',
      async (_name, path) => {
        const cwd = folderWith()
        const { stderr } = await sft(
          ['run', path, '--set', 'maxUnreadable=1', '--format', 'messages,openai,preference'],
          { cwd },
        )
        const out = join(cwd, 'sft-out')
        expect(stderr).not.toContain('SFT_INTERNAL')
        const { inputs: read, traces, examples, unreadable } = jsonOf(join(out, 'manifest.json'))
        expect(read.length + (unreadable.SFT_LOAD_UNKNOWN ?? 0)).toBeGreaterThan(0)
        expect(traces).toBeGreaterThan(0)
        expect(examples).toBeGreaterThan(0)
        const rows = datasetRows(out)
        expect(rows.length).toBeGreaterThan(0)
        for (const row of rows) expect(row.metadata.source.startsWith(basename(path))).toBe(true)
      },
    )
  },
)
