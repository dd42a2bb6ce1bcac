import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isSftError, type Plugin } from '@sftkit/core'
import { z } from 'zod'
import { cachedModel } from './checkpoint/hub-cache.ts'
import { readJson } from './checkpoint/model-folder.ts'
import { convertsArchitecture } from './converter/architectures.ts'
import { findLlamaCpp } from './converter/find.ts'
import { findLlamaQuantize } from './converter/quantize.ts'
import { findLibrary } from './library/find.ts'
import { ollamaClient } from './ollama/client.ts'
import { ollamaUrl } from './ollama/host.ts'
import { type Rendering, renderingOf } from './ollama/version.ts'
import { settingsOf } from './settings.ts'

/** What of serving there is on this machine. */
export interface ServingMachine {
  /** The version of node-llama-cpp. */
  readonly library?: string
  /** The folder with llama.cpp's converter; or why there is none. */
  readonly converter: { readonly folder: string } | { readonly missing: string }
  /** Of the models that were named, those whose files are here. */
  readonly architectures: readonly KnownArchitecture[]
  /** The path of llama-quantize. */
  readonly quantize?: string
  /** Each Ollama that the config names, else the one that is used without a config. */
  readonly ollamas: readonly FoundOllama[]
}

export interface KnownArchitecture {
  readonly model: string
  readonly architecture: string
  /** By the converter; undefined where there is none to ask. */
  readonly supported?: boolean
}

export type FoundOllama =
  | {
      readonly url: string
      /** Undefined where none answers. */
      readonly version?: string
      /** Whose templates that version renders. */
      readonly rendering?: Rendering
    }
  /** Why it is no address. */
  | { readonly problem: string }

/**
 * Looks for what converting and serving take, and asks Ollama for its version. Nothing is started.
 *
 * @param plugins those of a config: where they look for Ollama and llama.cpp
 * @param models folders, or names on the Hub, of what is trained
 */
export async function servingMachine(
  plugins: readonly Plugin[] = [],
  models: readonly string[] = [],
): Promise<ServingMachine> {
  const settings = plugins.flatMap((plugin) => settingsOf(plugin) ?? [])
  const converter = converterHere(settings.find((one) => one.llamaCppPath !== undefined)?.llamaCppPath)
  const folder = 'folder' in converter ? converter.folder : undefined
  const library = libraryVersion()
  const quantize = findLlamaQuantize(folder)
  const hosts = settings.filter(({ target }) => target !== 'gguf').map(({ host }) => host)
  const asked = new Set(hosts.length === 0 ? [undefined] : hosts)
  return {
    ...(library !== undefined && { library }),
    converter,
    architectures: [...new Set(models)].flatMap((model) => architectureOf(model, folder) ?? []),
    ...(quantize !== undefined && { quantize }),
    ollamas: await Promise.all([...asked].map(askOllama)),
  }
}

async function askOllama(host: string | undefined): Promise<FoundOllama> {
  try {
    const url = ollamaUrl(host)
    const version = await ollamaClient(url, AbortSignal.timeout(5000))
      .version()
      .catch(() => undefined)
    return { url, ...(version !== undefined && { version, rendering: renderingOf(version) }) }
  } catch (error) {
    if (isSftError(error)) return { problem: error.message }
    throw error
  }
}

function architectureOf(model: string, llamaCpp: string | undefined): KnownArchitecture | undefined {
  const folder = existsSync(model) ? model : cachedModel(model)
  if (folder === undefined) return undefined
  try {
    const named = z.array(z.string()).safeParse(readJson(folder, 'config.json')?.architectures).data
    const architecture = named?.[0]
    if (architecture === undefined) return undefined
    const supported = llamaCpp === undefined ? undefined : convertsArchitecture(llamaCpp, architecture)
    return { model: basename(model), architecture, ...(supported !== undefined && { supported }) }
  } catch (error) {
    // What is wrong with the folder is said where it is used.
    if (isSftError(error)) return undefined
    throw error
  }
}

function converterHere(named: string | undefined): ServingMachine['converter'] {
  try {
    return { folder: findLlamaCpp(named) }
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
