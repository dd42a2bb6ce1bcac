import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { type Plugin, run } from 'sftkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hooks } from '../scripts/docs/hooks.ts'
import { type Snippet, writeSnippets } from './docs/snippets.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = globSync(
  ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md', 'bench/*.md'],
  {
    cwd: root,
  },
).sort()

describe('the snippets of the pages', () => {
  // Inside the checkout, so that `sftkit` is found; .tools is not in git.
  const folder = join(root, `.tools/snippets-${process.pid}`)
  let snippets: Snippet[] = []
  beforeAll(() => {
    snippets = writeSnippets(root, pages, folder)
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.tests.json', include: ['.'], exclude: [] }),
    )
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('compile', () => {
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
    expect(stdout).toBe('')
  })

  it('run where they are marked so', () => {
    const marked = snippets.filter((snippet) => snippet.runs)
    expect(marked.length).toBeGreaterThan(0)
    for (const { page, line, file } of marked) {
      const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
      expect(status, `${page}:${line}\n${stderr}`).toBe(0)
    }
  })

  it('that are configs load', () => {
    const configs = snippets.filter(({ file }) => file.endsWith('sft.config.ts'))
    expect(configs.length).toBeGreaterThan(5)
    for (const { page, line, file } of configs) {
      const main = join(root, 'packages/sftkit/dist/cli/main.js')
      const { status, stderr } = spawnSync(process.execPath, [main, 'plugins', '--config', file], {
        encoding: 'utf8',
      })
      expect(status, `${page}:${line}\n${stderr}`).toBe(0)
    }
  })

  it('of the hooks work together in one run', async () => {
    const files = snippets.filter(({ page }) => page.endsWith('reference/hooks.md')).map(({ file }) => file)
    expect(files).toHaveLength(hooks.length)
    const plugins: Plugin[] = []
    for (const file of files) {
      const module = (await import(file)) as Record<string, () => Plugin>
      plugins.push(...Object.values(module).map((factory) => factory()))
    }
    const out = mkdtempSync(join(tmpdir(), 'sftkit-hooks-'))
    try {
      const result = await run(
        {
          input: join(root, 'examples/quickstart/traces'),
          format: ['messages', 'preference', 'transcript'],
          plugins,
        },
        { out },
      )
      expect(result.counts.byReason).toMatchObject({
        'filter filter-example ends-on-tool': expect.any(Number),
      })
      expect(result.rows.transcript?.train).toBeGreaterThan(0)
      expect(result.rows.preference?.train).toBeGreaterThan(0)
      expect(result.counts.byTag['length:short']).toBeGreaterThan(0)
      const index = new DatabaseSync(join(out, '.sft/index.sqlite'), { readOnly: true })
      const queries = commands().flatMap(({ line }) => /--sql "([^"]*)"/.exec(line)?.[1] ?? [])
      expect(queries.length).toBeGreaterThan(3)
      for (const query of queries) expect(index.prepare(query).all().length, query).toBeGreaterThan(0)
      index.close()
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  })
})

it('the reference is what the code says', () => {
  const check = spawnSync(process.execPath, [join(root, 'scripts/docs.ts'), '--check'], { encoding: 'utf8' })
  expect(check.stderr).toBe('')
  expect(check.status).toBe(0)
})

it('the commands of the pages take what is shown', () => {
  const reference = readFileSync(join(root, 'docs/reference/cli.md'), 'utf8')
  const unknown = commands().filter(({ line }) => {
    const [, command = '', rest = ''] = /^(?:bin\/)?sft (\w+)(.*)/.exec(line) ?? []
    const help = reference.split(`## sft ${command}\n`)[1]?.split('\n## ')[0]
    if (command === 'help') return false
    const flags = rest.replaceAll(/"[^"]*"| # .*/g, '').match(/--[\w-]+/g) ?? []
    return help === undefined || flags.some((flag) => !help.includes(` ${flag}`))
  })
  expect(unknown).toEqual([])
})

it('every hook of the api is documented', () => {
  const types = readFileSync(join(root, 'packages/core/src/plugin/types.ts'), 'utf8')
  const api = /export interface PluginApi \{([\s\S]*?)\n\}/.exec(types)?.[1] ?? ''
  const names = [...api.matchAll(/readonly (\w+):/g)]
    .map(([, name]) => name)
    .filter((name) => name !== 'defineStage')
  expect(hooks.map(({ name }) => name).sort()).toEqual(names.sort())
})

it('links between pages lead somewhere', () => {
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return [...text.matchAll(/\]\(([^)#\s]*)(#[^)\s]*)?\)/g)].flatMap(([, path = '', anchor = '']) => {
      if (/^[a-z]+:/.test(path)) return []
      const target = path === '' ? join(root, page) : join(root, dirname(page), path)
      if (!existsSync(target)) return [`${page}: ${path}`]
      return anchor === '' || anchorsOf(target).includes(anchor) ? [] : [`${page}: ${path}${anchor}`]
    })
  })
  expect(broken).toEqual([])
})

/** The lines of shell blocks that call the command. */
function commands(): { page: string; line: string }[] {
  return pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
      .flatMap(([, block = '']) => block.split('\n'))
      .filter((line) => /^(?:bin\/)?sft /.test(line))
      .map((line) => ({ page, line })),
  )
}

function anchorsOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-')}`,
  )
}
