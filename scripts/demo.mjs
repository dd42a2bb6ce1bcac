// `npm run demo`: all the set-up, then the main job on the example traces.
// What cannot be done yet, or not on this machine, is said in one line and skipped.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

const STAGES = ['load', 'tag', 'filter', 'augment', 'format', 'split', 'train', 'convert']

const args = process.argv.slice(2)
const at = args.indexOf('--until')
const until = at === -1 ? 'convert' : args[at + 1]
if (!STAGES.includes(until)) {
  process.stderr.write(`--until takes one of ${STAGES.join(', ')}.\n`)
  process.exit(2)
}

try {
  const node = setUp()
  const cli = join(root, 'packages', 'sftkit', 'dist', 'cli', 'main.js')
  const example = join(root, 'examples', 'quickstart')
  const stage = ['train', 'convert'].includes(until) ? 'split' : until
  const { status } = spawnSync(node, [cli, 'run', '--until', stage], {
    cwd: example,
    stdio: 'inherit',
    env: { ...process.env, INIT_CWD: example },
  })
  if (status === 0 && stage !== until) {
    process.stdout.write('train, convert: skipped; no plugin of this version does them yet.\n')
  }
  process.exitCode = status ?? 1
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
