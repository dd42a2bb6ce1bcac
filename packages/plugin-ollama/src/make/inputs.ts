import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { baseFolder, isAdapter } from '../checkpoint/adapter.ts'
import { fileDigest } from '../file-digest.ts'
import { findLibrary } from '../library/find.ts'
import { version } from '../version.ts'
import type { MakeRequest } from './request.ts'

/** Everything that a made model depends on, as hashes and names: it stands in its verify.json. */
export type MadeFrom = Readonly<Record<string, string | boolean | null>>

/** What is known before a model is made. */
export interface MakeInputs {
  readonly request: MakeRequest
  /** Its name in full. */
  readonly name: string
  readonly llamaCpp: string
  readonly target: 'ollama' | 'gguf'
  /** Of Ollama, where the model goes there. */
  readonly url: string
  readonly ollama: string | undefined
}

/** Reads every file that the model is made of. */
export async function madeFrom(inputs: MakeInputs): Promise<MadeFrom> {
  const { request, name, llamaCpp, target, url, ollama } = inputs
  const { modelPath } = request
  const folders = [modelPath, ...(isAdapter(modelPath) ? [baseFolder(modelPath)] : [])]
  const checkpoint: string[] = []
  for (const folder of folders) checkpoint.push(await folderHash(folder, request.signal))
  return {
    sftkit: version,
    checkpoint: checkpoint.join(' '),
    chats: hash('sha256', JSON.stringify(request.rows)),
    name,
    quantization: request.quantization,
    preTokenizer: request.preTokenizer ?? null,
    template: templateHash(request.template),
    converter: converterHash(llamaCpp),
    library: findLibrary() !== undefined,
    target,
    ...(target === 'ollama' && { ollama: ollama ?? null, host: url }),
  }
}

/** A folder's files by their names and contents; other folders in it are no part of a model. */
async function folderHash(folder: string, signal: AbortSignal): Promise<string> {
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile())
  const files: [string, string][] = []
  for (const name of names.sort()) {
    signal.throwIfAborted()
    files.push([name, await fileDigest(join(folder, name))])
  }
  return hash('sha256', JSON.stringify(files))
}

/** One that cannot be read is refused where it is used. */
function templateHash(file: string | undefined): string | null {
  if (file === undefined) return null
  return existsSync(file) ? hash('sha256', readFileSync(file)) : 'missing'
}

/** The converter is a script with a folder of others, and changes with every version of llama.cpp. */
function converterHash(llamaCpp: string): string {
  const parts = join(llamaCpp, 'conversion')
  const scripts = existsSync(parts) ? readdirSync(parts).filter((name) => name.endsWith('.py')) : []
  const files = [join(llamaCpp, 'convert_hf_to_gguf.py'), ...scripts.sort().map((name) => join(parts, name))]
  return hash('sha256', files.map((file) => hash('sha256', readFileSync(file))).join())
}
