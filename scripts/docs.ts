// Writes docs/reference and the README's example from the code: `node scripts/docs.ts`. With `--check` it writes
// nothing and fails where a page differs. Needs the built packages (`npm run setup`).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cliPage } from './docs/cli-page.ts'
import { configPage } from './docs/config-page.ts'
import { errorsPage } from './docs/errors-page.ts'
import { formatsPage } from './docs/formats-page.ts'
import { hooksPage } from './docs/hooks-page.ts'
import { readmeWithExample } from './docs/readme-example.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const NOTE = '<!-- Written by scripts/docs.ts; change the code, then run `node scripts/docs.ts`. -->\n\n'

const pages: Record<string, string> = {
  'README.md': readmeWithExample(readFileSync(`${root}README.md`, 'utf8')),
  'docs/reference/cli.md': whole(cliPage()),
  'docs/reference/config.md': whole(configPage()),
  'docs/reference/errors.md': whole(errorsPage()),
  'docs/reference/formats.md': whole(await formatsPage()),
  'docs/reference/hooks.md': whole(hooksPage()),
}

const differing = Object.entries(pages).filter(([path, text]) => current(path) !== text)
if (process.argv.includes('--check')) {
  for (const [path] of differing) process.stderr.write(`${path} is not what the code says\n`)
  if (differing.length > 0) process.stderr.write('Run `node scripts/docs.ts` and commit the result.\n')
  process.exitCode = differing.length > 0 ? 1 : 0
} else {
  mkdirSync(`${root}docs/reference`, { recursive: true })
  for (const [path, text] of differing) writeFileSync(root + path, text)
  const written = differing.map(([path]) => path).join(', ')
  process.stderr.write(written === '' ? 'The pages are up to date.\n' : `Wrote ${written}.\n`)
}

function whole(text: string): string {
  return `${NOTE}${text.trimEnd()}\n`
}

function current(path: string): string | undefined {
  try {
    return readFileSync(root + path, 'utf8')
  } catch {
    return undefined
  }
}
