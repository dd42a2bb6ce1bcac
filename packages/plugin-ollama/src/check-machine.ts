import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSftError } from '@sftkit/core'
import { findLlamaCpp } from './converter/find.ts'
import { findLlamaQuantize } from './converter/quantize.ts'
import { findLibrary } from './library/find.ts'
import { ollamaClient } from './ollama/client.ts'
import { ollamaUrl } from './ollama/host.ts'
import { type Rendering, renderingOf } from './ollama/version.ts'

/** What of serving there is on this machine. */
export interface ServingMachine {
  /** The version of node-llama-cpp. */
  readonly library?: string
  /** The folder with llama.cpp's converter; or why there is none. */
  readonly converter: { readonly folder: string } | { readonly missing: string }
  /** The path of llama-quantize. */
  readonly quantize?: string
  readonly ollama: {
    readonly url: string
    /** Undefined where none answers. */
    readonly version?: string
    /** Whose templates that version renders. */
    readonly rendering?: Rendering
  }
}

/**
 * Looks for what converting and serving take, and asks Ollama for its version. Nothing is started.
 *
 * @throws SFT_CONFIG_INVALID where OLLAMA_HOST is no address
 */
export async function servingMachine(): Promise<ServingMachine> {
  const converter = converterHere()
  const library = libraryVersion()
  const quantize = findLlamaQuantize('folder' in converter ? converter.folder : undefined)
  const url = ollamaUrl()
  const version = await ollamaClient(url, AbortSignal.timeout(1500))
    .version()
    .catch(() => undefined)
  return {
    ...(library !== undefined && { library }),
    converter,
    ...(quantize !== undefined && { quantize }),
    ollama: { url, ...(version !== undefined && { version, rendering: renderingOf(version) }) },
  }
}

function converterHere(): ServingMachine['converter'] {
  try {
    return { folder: findLlamaCpp() }
  } catch (error) {
    if (isSftError(error)) return { missing: error.message }
    throw error
  }
}

function libraryVersion(): string | undefined {
  const folder = findLibrary()
  if (folder === undefined) return undefined
  const manifest = readFileSync(join(folder, 'node_modules', 'node-llama-cpp', 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
