// Makes a Python environment of the tests and prints its interpreter's path. Without an argument `.tools/python`, which
// reads rows; `train` is `.tools/python-train`, which has torch too and takes gigabytes.
// Plain JavaScript for any Node 18 or newer: it runs before anything is built.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const formats = join(root, 'packages/plugin-formats/test/python')
const hints = join(root, 'packages/plugin-hints/test/python')
const environments = {
  python: [
    { file: join(formats, 'requirements.txt'), flags: [] },
    { file: join(formats, 'requirements-no-deps.txt'), flags: ['--no-deps'] },
    { file: join(root, 'packages/recorder/test/python/requirements.txt'), flags: [] },
    { file: join(hints, 'requirements.txt'), flags: [] },
    { file: join(hints, 'requirements-harbor.txt'), flags: ['--no-deps', '--ignore-requires-python'] },
  ],
  'python-train': [{ file: join(root, 'packages/plugin-trainer-hf/python/requirements.txt'), flags: [] }],
}
const name = process.argv[2] === 'train' ? 'python-train' : 'python'
const lists = environments[name]
const folder = join(root, '.tools', name)
const interpreter = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
const stampFile = join(folder, 'requirements.sha256')

try {
  main()
  process.stdout.write(`${interpreter}\n`)
} catch (error) {
  process.stderr.write(`The Python environment could not be made: ${error.message}\n`)
  process.exitCode = 1
}

function main() {
  const stamp = createHash('sha256')
    .update(lists.map((list) => readFileSync(list.file, 'utf8')).join('\0'))
    .digest('hex')
  const made = () => existsSync(interpreter) && readStamp() === stamp
  if (made()) return
  withLock(folder, 20, () => {
    // Another process may have finished it while this one waited.
    if (!made()) build(stamp)
  })
}

function build(stamp) {
  rmSync(folder, { recursive: true, force: true })
  const python = process.env.SFT_PYTHON_BASE ?? 'python3'
  run(python, [
    '-c',
    'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed, found " + sys.version.split()[0])',
  ])
  run(python, ['-m', 'venv', folder])
  for (const { file, flags } of lists) {
    run(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...flags, '-r', file])
  }
  // Written last and renamed: an interrupted installation is started again.
  writeFileSync(`${stampFile}.new`, stamp)
  renameSync(`${stampFile}.new`, stampFile)
}

function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
  if (result.status === 0) return
  const reason = result.error?.message ?? result.stderr.trim().split('\n').at(-1) ?? `exit ${result.status}`
  throw new Error(`${command} ${args.slice(0, 3).join(' ')}: ${reason}`)
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
}
