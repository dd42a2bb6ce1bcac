import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { sftError } from '@sftkit/core'
import { type GateResult, type MakeModelOptions, QUANTIZATIONS, toOllama } from '@sftkit/plugin-ollama'
import pc from 'picocolors'
import { createDisplay } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { EXIT } from '../exit-codes.ts'
import { registerLater } from '../summary.ts'
import { table } from '../table.ts'

interface ConvertFlags extends MakeModelOptions {
  readonly name?: string
  readonly out?: string
  readonly llamaCpp?: string
  readonly chats?: string
  readonly json?: boolean
}

/** `sft convert`: a model folder, or that of a run, to GGUF and Ollama. */
export async function convertCommand(folder: string, flags: object): Promise<void> {
  const { name, out, llamaCpp, chats, json = false, ...options } = flags as ConvertFlags
  const cwd = callersDirectory()
  checkQuantization(options.quantization)
  if (llamaCpp !== undefined && !existsSync(resolve(cwd, llamaCpp, 'convert_hf_to_gguf.py')))
    throw usage(`--llama-cpp is ${llamaCpp}, and there is no convert_hf_to_gguf.py in it.`)
  const at = resolve(cwd, folder)
  const modelPath = trainedIn(at) ?? modelFolder(at)
  const display = createDisplay({ json })
  const abort = new AbortController()
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted)
    abort.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const made = await toOllama(name ?? basename(at).toLowerCase(), {
      // Whoever names an Ollama wants it to be there.
      ...(options.host !== undefined && { target: 'ollama' }),
      ...options,
      modelPath,
      chats: chats === undefined ? chatsOfRun(at) : [resolve(cwd, chats)],
      out: out === undefined ? dirname(modelPath) : resolve(cwd, out),
      ...(llamaCpp !== undefined && { llamaCppPath: resolve(cwd, llamaCpp) }),
      ...(options.template !== undefined && { template: resolve(cwd, options.template) }),
      signal: abort.signal,
      log: display.log,
    })
    display.end()
    if (json) {
      process.stdout.write(`${JSON.stringify(made)}\n`)
      return
    }
    const last =
      made.target === 'ollama'
        ? `ollama run ${made.name}`
        : `${relative(cwd, made.gguf)}\n  ${registerLater(made.name, relative(cwd, made.modelfile))}`
    process.stdout.write(`${gateTable(made.gates)}\n\n→ ${last}\n`)
  } finally {
    display.end()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** @throws SFT_USAGE */
function checkQuantization(name: string | undefined): void {
  if (name === undefined || QUANTIZATIONS.some((known) => known.toLowerCase() === name.toLowerCase())) return
  throw usage(`--quantization takes ${QUANTIZATIONS.join(', ')}; not ${name}.`)
}

function usage(what: string): Error {
  return sftError('SFT_USAGE', what, { fix: '`sft help convert` shows the options.' })
}

/**
 * The folder itself, or the model of the run that it is.
 *
 * @throws SFT_USAGE where the run trained several
 */
function modelFolder(folder: string): string {
  const one = trainedIn(join(folder, 'model'))
  if (one !== undefined) return one
  const models = join(folder, 'model')
  const several = existsSync(models)
    ? readdirSync(models).filter((name) => trainedIn(join(models, name)) !== undefined)
    : []
  if (several.length === 0) return folder
  if (several.length === 1) return trainedIn(join(models, several[0] ?? '')) ?? folder
  throw usage(
    `The run trained several models, ${several.join(', ')}: name the folder of one, ${relative(callersDirectory(), join(models, several[0] ?? ''))}, or convert all of them with \`sft run --from convert\`.`,
  )
}

function trainedIn(folder: string): string | undefined {
  return ['merged', 'final'].map((name) => join(folder, name)).find((path) => existsSync(path))
}

/** What the run left to verify with, where it is one. */
function chatsOfRun(folder: string): string[] {
  const splits = ['validation', 'train'].map((split) => join(folder, 'dataset', 'messages', `${split}.jsonl`))
  return splits.filter((file) => existsSync(file))
}

function gateTable(gates: readonly GateResult[]): string {
  const marks = { passed: pc.green('passed'), failed: pc.red('failed'), 'not-run': pc.yellow('not run') }
  return table(
    ['gate', '', ''],
    gates.map(({ gate, status, detail }) => [gate, marks[status], detail]),
  )
}
