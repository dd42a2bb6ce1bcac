// Writes each package's version into its src/version.ts, after `changeset version`: `node scripts/versions.ts`.
// With `--check` it writes nothing and fails where they differ.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')

for (const manifest of globSync('packages/*/package.json', { cwd: root }).sort()) {
  const file = `${root}${manifest.replace('package.json', 'src/version.ts')}`
  if (!existsSync(file)) continue
  const { version } = JSON.parse(readFileSync(root + manifest, 'utf8')) as { version: string }
  const text = readFileSync(file, 'utf8')
  const updated = text.replace(/(version = )'[^']*'/, `$1'${version}'`)
  if (updated === text) continue
  if (check) {
    process.stderr.write(`${manifest} says ${version}, and its src/version.ts does not\n`)
    process.exitCode = 1
  } else writeFileSync(file, updated)
}
