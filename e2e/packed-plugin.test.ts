import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { datasetRows, folderWith, rowsOf } from './support/folders.ts'
import { attemptLine } from './support/rows.ts'
import { environment, packAll, repository } from './support/tarballs.ts'

const here = join(repository, 'e2e')
const folder = realpathSync(folderWith({ 'traces/attempts.jsonl': attempts() }))
const problem = install()

/** Two attempts at each of four tasks, two of them exams. */
function attempts(): string {
  const tasks = ['exam-sums', 'roman', 'exam-csv', 'slugs']
  return tasks.flatMap((task) => ['1', '2'].map((attempt) => `${attemptLine(task, attempt)}\n`)).join('')
}

function program(
  command: string,
  ...args: readonly string[]
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(command, args, {
    cwd: folder,
    env: { ...environment, NO_COLOR: '1', CI: '1' },
    encoding: 'utf8',
  })
}

const bin = (name: string): string => join(folder, 'node_modules/.bin', name)

/**
 * A plugin of a third party in a folder of its own: sftkit's packages come from tarballs, everything else from the
 * registry or the store. @returns why that is not possible on this machine
 */
function install(): string | undefined {
  const tarballs = Object.fromEntries([...packAll(folder)].map(([name, file]) => [name, `file:${file}`]))
  cpSync(join(here, 'packed-plugin'), folder, { recursive: true })
  cpSync(join(here, 'type-tests'), join(folder, 'type-tests'), {
    recursive: true,
    filter: (path) => !path.endsWith('.json'),
  })
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object
  const catalog = readFileSync(join(repository, 'pnpm-workspace.yaml'), 'utf8')
  const version = (name: string): string =>
    new RegExp(`^ +"?${name}"?: (.+)$`, 'm').exec(catalog)?.[1] ?? 'latest'
  const others = ['zod', 'typescript', '@types/node']
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      ...manifest,
      peerDependencies: { '@sftkit/core': '*' },
      devDependencies: {
        ...Object.fromEntries(others.map((name) => [name, version(name)])),
        ...Object.fromEntries(
          ['@sftkit/core', '@sftkit/testing', 'sftkit'].map((name) => [name, tarballs[name]]),
        ),
      },
    }),
  )
  // What sftkit depends on itself is not published yet: it comes from the tarballs too. JSON is YAML.
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: tarballs }))
  const ran = program('pnpm', 'install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile')
  if (ran.status === 0) return undefined
  const said = `${ran.stdout}${ran.stderr}`
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL/.test(said))
    return 'no registry can be reached'
  throw new Error(`The packed packages cannot be installed:\n${said}`)
}

const title = 'a plugin of a third party, on packed packages'
describe.skipIf(problem !== undefined)(
  problem === undefined ? title : `${title} (skipped: ${problem})`,
  () => {
    it('has one core, and nothing of this checkout', () => {
      const core = realpathSync(join(folder, 'node_modules/@sftkit/core'))
      expect(core.startsWith(folder)).toBe(true)
      expect(realpathSync(join(realpathSync(join(folder, 'node_modules/sftkit')), '../@sftkit/core'))).toBe(
        core,
      )
      expect(realpathSync(join(realpathSync(join(folder, 'node_modules/@sftkit/testing')), '../core'))).toBe(
        core,
      )
    })

    it('type-checks strictly, and its mistakes do not', () => {
      const checked = program(bin('tsc'))
      expect(checked.stdout).toBe('')
      expect(checked.status).toBe(0)
    })

    it.each([
      ['a typo in a tag', "tag('outcome:errored')", "tag('outcome:erored')"],
      ['an unknown key', 'keep: not', 'keeps: not'],
      ['an option of the wrong type', "prefix: 'exam-'", 'prefix: 3'],
      ['an unknown option', "prefix: 'exam-'", "prefixes: 'exam-'"],
    ])('does not compile a config with %s', (_what, right, wrong) => {
      const config = join(folder, 'sft.config.ts')
      const text = readFileSync(config, 'utf8')
      expect(text).toContain(right)
      writeFileSync(config, text.replace(right, wrong))
      try {
        const checked = program(bin('tsc'))
        expect(checked.status).not.toBe(0)
        expect(checked.stdout.match(/^\S+\(\d+,\d+\): error/gm)).toHaveLength(1)
        expect(checked.stdout).toMatch(/^sft\.config\.ts\(/)
      } finally {
        writeFileSync(config, text)
      }
    })

    it('runs its own tests with nothing but Node', () => {
      const ran = program(process.execPath, '--test', 'test/exam-split.test.ts')
      expect(ran.status, ran.stdout).toBe(0)
    })

    it.each([0, 2])('splits as it says, with %i workers', (workers) => {
      const out = `out-${workers}`
      const ran = program(bin('sft'), 'run', '--out', out, '--workers', String(workers))
      expect(ran.status, ran.stderr).toBe(0)
      const groups = (split: string): unknown[] => [
        ...new Set(
          rowsOf(join(folder, out, `dataset/messages/${split}.jsonl`)).map((row) => row.metadata.group),
        ),
      ]
      expect(groups('exam')).toEqual(['exam-sums', 'exam-csv'])
      expect(groups('practice')).toEqual(['roman', 'slugs'])
      expect(datasetRows(join(folder, out))).toHaveLength(8)
    })

    it('leaves the split to sftkit where it is disabled', () => {
      const ran = program(bin('sft'), 'run', '--set', 'disable=["exam-split"]', '--out', 'out-default')
      expect(ran.status, ran.stderr).toBe(0)
      expect(existsSync(join(folder, 'out-default/dataset/messages/exam.jsonl'))).toBe(true)
      expect(readFileSync(join(folder, 'out-default/manifest.json'), 'utf8')).not.toContain('exam-split')
    })
  },
)
