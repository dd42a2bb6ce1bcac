import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
const committed = join(here, 'traces')
const missing = ['bash', 'python3'].find((program) => spawnSync(program, ['--version']).status !== 0)

/** Compressors of other machines may find another, equally short form: compare what is inside. */
function content(file: string): Buffer {
  const bytes = readFileSync(file)
  if (file.endsWith('.gz')) return gunzipSync(bytes)
  return file.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes
}

function filesOf(folder: string): string[] {
  return globSync('**/*', { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'the example traces' : `the example traces (skipped: ${missing} is not installed)`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'quickstart-traces-'))
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it('come out the same when the agent works again', () => {
      execFileSync(process.execPath, [join(here, 'make-traces/main.ts'), folder], { stdio: 'pipe' })
      expect(filesOf(folder)).toEqual(filesOf(committed))
      for (const file of filesOf(committed)) {
        expect(content(join(folder, file)).equals(content(join(committed, file))), file).toBe(true)
      }
    })
  },
)

it('the example traces name no folder of the machine that made them', () => {
  for (const file of filesOf(committed)) {
    expect(content(join(committed, file)).toString('utf8')).not.toMatch(
      /\/(?:tmp|root|home|Users|private|var)\//,
    )
  }
})
