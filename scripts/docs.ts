// Writes docs/reference from the code: `node scripts/docs.ts`. With `--check` it writes nothing and fails where a
// page differs. Needs the built packages (`npm run setup`).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cliPage } from './docs/cli-page.ts'
import { configPage } from './docs/config-page.ts'
import { errorsPage } from './docs/errors-page.ts'
import { formatsPage } from './docs/formats-page.ts'
import { hooksPage } from './docs/hooks-page.ts'

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url))
const NOTE = '<!-- Written by scripts/docs.ts; change the code, then run `node scripts/docs.ts`. -->\n\n'

const pages: Record<string, string> = {
  'cli.md': cliPage(),
  'config.md': configPage(),
  'errors.md': errorsPage(),
  'formats.md': await formatsPage(),
  'hooks.md': hooksPage(),
}

const differing = Object.entries(pages).filter(([name, text]) => current(name) !== whole(text))
if (process.argv.includes('--check')) {
  for (const [name] of differing) process.stderr.write(`docs/reference/${name} is not what the code says\n`)
  if (differing.length > 0) process.stderr.write('Run `node scripts/docs.ts` and commit the result.\n')
  process.exitCode = differing.length > 0 ? 1 : 0
} else {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of differing) writeFileSync(folder + name, whole(text))
  const written = differing.map(([name]) => name).join(', ')
  process.stderr.write(`docs/reference: ${written === '' ? 'nothing to change' : `wrote ${written}`}\n`)
}

function whole(text: string): string {
  return `${NOTE}${text.trimEnd()}\n`
}

function current(name: string): string | undefined {
  try {
    return readFileSync(folder + name, 'utf8')
  } catch {
    return undefined
  }
}
