// `npm run demo`: all the set-up, then the main job on the example traces.
// What cannot be had on this machine is said in one line and skipped.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

const STAGES = ['load', 'tag', 'filter', 'augment', 'format', 'split', 'train', 'convert']

const TINY = join(root, '.tools', 'tiny-model')

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
  const status = sft(['run', '--until', stage])
  if (status !== 0 || stage === until) process.exitCode = status
  else process.exitCode = train()

  function sft(args, env = {}) {
    const { status } = spawnSync(node, [cli, ...args], {
      cwd: example,
      stdio: 'inherit',
      env: { ...process.env, ...env, INIT_CWD: example },
    })
    return status ?? 1
  }

  /** Trains a tiny model on the dataset. @returns the exit code */
  function train() {
    const made = trainingEnvironment(node)
    if ('reason' in made) {
      process.stdout.write(`train, convert: skipped; ${made.reason}\n`)
      return 0
    }
    // One thread is the fastest for so small a model.
    const env = { SFT_PYTHON: made.python, OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1', TINY_MODEL: TINY }
    const maker = join(root, 'packages', 'plugin-trainer-hf', 'test', 'python', 'tiny_model.py')
    const rows = join(example, 'out', 'dataset', 'messages', 'train.jsonl')
    if (!existsSync(join(TINY, 'model.safetensors'))) {
      process.stderr.write('demo: making a tiny model that knows nothing\n')
      const { status, stderr } = spawnSync(made.python, [maker, TINY, rows, '--vocabulary', '4000'], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      })
      if (status !== 0)
        throw new Error(`The tiny model could not be made: ${stderr.trim().split('\n').at(-1)}`)
    }
    return sft(['run', '--config', 'train.config.ts', '--from', 'train', '--until', 'train'], env)
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

/** The interpreter with torch and TRL, made once for the checkout; or why there is none. */
function trainingEnvironment(node) {
  if (!existsSync(join(root, '.tools', 'python-train')))
    process.stderr.write('demo: fetching torch and TRL for this checkout, once: about 3 GB, some minutes\n')
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'scripts', 'python-env.mjs'), 'train'], {
    encoding: 'utf8',
  })
  if (status === 0) return { python: stdout.trim().split('\n').at(-1) }
  return { reason: stderr.trim().split('\n').at(-1) }
}
