// `npm run bench`: sets up what is missing, then runs bench/run.ts with the checkout's own Node.
// Plain JavaScript for any Node 18 or newer: it runs before anything is built.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const programs = join(root, 'tools/node_modules/.bin')

const setup = join(root, 'scripts/setup.mjs')
if (existsSync(setup)) {
  const { status } = spawnSync(process.execPath, [setup], { stdio: ['inherit', 2, 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}

const env = { ...process.env, PATH: [programs, process.env.PATH].join(delimiter) }
const run = spawnSync('node', [join(root, 'bench/run.ts'), ...process.argv.slice(2)], {
  env,
  stdio: 'inherit',
})
process.exit(run.status ?? 1)
