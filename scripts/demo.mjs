// `npm run demo`: all the set-up, then the main job on the example traces, from a dataset to a model that answers.
// What cannot be had on this machine is said in one line and skipped.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { answerText, openingAnswer, servedModel } from './demo-answer.mjs'
import { root, setUp } from './setup.mjs'

const STAGES = ['load', 'tag', 'filter', 'augment', 'format', 'split', 'train', 'convert']

const TINY = join(root, '.tools', 'tiny-model')
const EXAMPLE = join(root, 'examples', 'quickstart')
const OUT = join(EXAMPLE, 'out')

const args = process.argv.slice(2)
const at = args.indexOf('--until')
const until = at === -1 ? 'convert' : args[at + 1]
if (!STAGES.includes(until)) {
  process.stderr.write(`--until takes one of ${STAGES.join(', ')}.\n`)
  process.exit(2)
}

try {
  process.exitCode = demo(setUp())
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

/** @returns the exit code */
function demo(node) {
  const cli = join(root, 'packages', 'sftkit', 'dist', 'cli', 'main.js')
  // One thread is the fastest for so small a model. The dataset is that of a run that trains: tools as they are served.
  const env = { MODEL: TINY, OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' }
  const start = (args, stdout) =>
    spawnSync(node, [cli, ...args], {
      cwd: EXAMPLE,
      stdio: ['inherit', stdout, 'inherit'],
      env: { ...process.env, ...env, INIT_CWD: EXAMPLE },
    }).status ?? 1
  const sft = (...args) => start(args, 'inherit')

  const status = sft('run', '--until', ['train', 'convert'].includes(until) ? 'split' : until)
  if (status !== 0 || !['train', 'convert'].includes(until)) return status

  const training = trainingEnvironment(node)
  if ('reason' in training) return skip('train, convert', training.reason)
  env.SFT_PYTHON = training.python
  makeTinyModel(env)
  const serving = until === 'convert' ? servingFolder(sft, env) : {}
  if ('folder' in serving) env.SFT_SERVE_DIR = serving.folder
  const trained = sft('run', '--from', 'train', '--until', 'folder' in serving ? 'convert' : 'train')
  if (trained !== 0) return trained
  if ('reason' in serving) return skip('convert', serving.reason)
  if (until === 'train') return 0
  const answered = answer((...args) => start(args, 'ignore'))
  if (answered === 0) process.stdout.write(`\n${goOn(env)}\n`)
  return answered
}

/** What works from here on, with the parts that were made for this checkout alone. */
function goOn(env) {
  const { SFT_PYTHON, SFT_SERVE_DIR, MODEL } = env
  const here = (path) => relative(root, path)
  return [
    'go on with it:',
    `  export SFT_PYTHON=$PWD/${here(SFT_PYTHON)} SFT_SERVE_DIR=$PWD/${here(SFT_SERVE_DIR)}`,
    `  export MODEL=$PWD/${here(MODEL)}`,
    `  cd ${here(EXAMPLE)}`,
    '  ../../bin/sft chat out      ../../bin/sft eval out      ../../bin/sft run --dry-run',
  ].join('\n')
}

/** Asks the model what the dataset asked of the agent, in rows that it was not trained on, and shows one answer. */
function answer(sftInSilence) {
  const { ollama, name } = servedModel(OUT)
  if (ollama === undefined)
    process.stdout.write(
      'no Ollama answers: llama.cpp runs the model here; with one, `npm run demo` registers it\n',
    )
  // It learned the beginnings of sessions alone: the figures of whole ones are for `sft eval out` to tell.
  const model = ollama === undefined ? [] : ['--model', name]
  const status = sftInSilence('eval', 'out', '--no-against', '--limit', '6', ...model)
  if (status === 0) process.stdout.write(`\n${answerText(openingAnswer(OUT))}\n`)
  return status
}

/** What the model was before training: made of the rows, once. */
function makeTinyModel(env) {
  if (existsSync(join(TINY, 'model.safetensors'))) return
  process.stderr.write('demo: making a tiny model that knows nothing\n')
  const maker = join(root, 'packages', 'plugin-trainer-hf', 'test', 'python', 'tiny_model.py')
  const rows = join(OUT, 'dataset', 'messages', 'train.jsonl')
  const { status, stderr } = spawnSync(env.SFT_PYTHON, [maker, TINY, rows, '--vocabulary', '4000'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  if (status !== 0) throw new Error(`The tiny model could not be made: ${lastLine(stderr)}`)
}

/** The interpreter with torch and TRL, made once for the checkout; or why there is none. */
function trainingEnvironment(node) {
  if (!existsSync(join(root, '.tools', 'python-train')))
    process.stderr.write('demo: fetching torch and TRL for this checkout, once: about 3 GB, some minutes\n')
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'scripts', 'python-env.mjs'), 'train'], {
    encoding: 'utf8',
  })
  return status === 0 ? { python: lastLine(stdout) } : { reason: lastLine(stderr) }
}

/** Where llama.cpp's library and converter are: what the tests use, else installed once for the checkout. */
function servingFolder(sft, env) {
  if (process.env.SFT_SERVE_DIR) return { folder: process.env.SFT_SERVE_DIR }
  const tested = join(root, '.tools', 'serve')
  if (['embedded', 'llama.cpp'].every((part) => existsSync(join(tested, `${part}.sha256`))))
    return { folder: tested }
  env.SFT_SERVE_DIR = join(root, '.tools', 'serve-library')
  const status = sft('setup', 'serve')
  return status === 0
    ? { folder: env.SFT_SERVE_DIR }
    : { reason: "llama.cpp's library could not be installed" }
}

function skip(stages, reason) {
  process.stdout.write(`${stages}: skipped; ${reason}\n`)
  return 0
}

function lastLine(text) {
  return text.trim().split('\n').at(-1)
}
