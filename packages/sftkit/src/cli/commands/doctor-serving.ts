import {
  type FoundOllama,
  type KnownArchitecture,
  type ServingMachine,
  servingMachine,
} from '@sftkit/plugin-ollama'
import type { Check } from './doctor.ts'
import { type ConfigOfDoctor, modelsOf } from './doctor-training.ts'

/** What of `sft doctor` is about serving: llama.cpp's parts, and Ollama with what its version means for templates. */
export async function servingChecks(config: ConfigOfDoctor | undefined): Promise<Check[]> {
  const models = config === undefined ? [] : modelsOf(config)
  const machine = await servingMachine(config?.plugins, models)
  return [
    libraryCheck(machine),
    converterCheck(machine),
    ...machine.architectures.flatMap(architectureCheck),
    quantizeCheck(machine),
    ...machine.ollamas.flatMap(ollamaChecks),
  ]
}

function libraryCheck({ library }: ServingMachine): Check {
  if (library !== undefined) return { name: 'llama.cpp', status: 'ok', found: `node-llama-cpp ${library}` }
  return {
    name: 'llama.cpp',
    status: 'missing',
    found: 'not installed',
    fix: 'Needed to verify a GGUF, and to chat without Ollama: `sft setup serve`.',
  }
}

function converterCheck({ converter }: ServingMachine): Check {
  if ('folder' in converter) return { name: 'GGUF converter', status: 'ok', found: converter.folder }
  return {
    name: 'GGUF converter',
    status: process.env.LLAMA_CPP_PATH ? 'problem' : 'missing',
    found: converter.missing,
    fix: 'Needed to convert: `sft setup serve`, or set LLAMA_CPP_PATH.',
  }
}

/** Nothing where there is no converter to ask. */
function architectureCheck({ model, architecture, supported }: KnownArchitecture): Check[] {
  if (supported === undefined) return []
  const name = `convert ${model}`
  if (supported) return [{ name, status: 'ok', found: `${architecture}, which the converter knows` }]
  return [
    {
      name,
      status: 'problem',
      found: `${architecture}, which the converter does not know`,
      fix: 'Name a newer llama.cpp as llamaCppPath or LLAMA_CPP_PATH, or train another model.',
    },
  ]
}

function quantizeCheck({ quantize }: ServingMachine): Check {
  if (quantize !== undefined) return { name: 'llama-quantize', status: 'ok', found: quantize }
  return {
    name: 'llama-quantize',
    status: 'missing',
    found: 'not found',
    fix: 'Needed for the K types only (q4_K_M, …): build llama.cpp, or put it on PATH.',
  }
}

const TEMPLATES = {
  jinja: "renders the GGUF's own chat template",
  go: 'needs a template in Go: one that renders the same is looked for, else the model is refused',
  unknown: 'is asked what it renders before a model is registered',
} as const

function ollamaChecks(ollama: FoundOllama): Check[] {
  if ('problem' in ollama)
    return [
      {
        name: 'Ollama',
        status: 'problem',
        found: ollama.problem,
        fix: 'Set `host` or OLLAMA_HOST to HOST:PORT.',
      },
    ]
  const { url, version, rendering } = ollama
  if (version === undefined)
    return [
      {
        name: 'Ollama',
        status: 'missing',
        found: `no answer at ${url}`,
        fix: 'Needed for serving only: start it, or set `host` or OLLAMA_HOST.',
      },
    ]
  return [
    { name: 'Ollama', status: 'ok', found: `${version} at ${url}` },
    { name: 'its templates', status: 'ok', found: TEMPLATES[rendering ?? 'unknown'] },
  ]
}
