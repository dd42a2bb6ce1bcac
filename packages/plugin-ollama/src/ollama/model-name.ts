import { hash } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { sftError } from '@sftkit/core'

const PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/

/** A name as Ollama has it, with its tag. */
interface ModelName {
  readonly full: string
  readonly model: string
  /** `latest` where none is named. */
  readonly tag: string
}

function parseName(name: string): ModelName | undefined {
  const [, model = '', tag = 'latest'] = /^(.*?)(?::([^/:]*))?$/.exec(name) ?? []
  const parts = model.split('/')
  // Before the user a registry may stand, with a port.
  const registry = parts.length === 3 ? parts.shift() : undefined
  const good = parts.length <= 2 && [...parts, tag].every((part) => PART.test(part)) && registry !== ''
  return good ? { full: `${model}:${tag}`, model, tag } : undefined
}

export function isModelName(name: string): boolean {
  return parseName(name) !== undefined
}

/** @throws SFT_OLLAMA_NAME */
export function modelName(name: string): ModelName {
  const parsed = parseName(name)
  if (parsed !== undefined) return parsed
  throw sftError('SFT_OLLAMA_NAME', `${JSON.stringify(name)} is no name of a model in Ollama.`)
}

/**
 * A name beside it that nobody has, for a model that is not verified yet. For the same GGUF it is the same, so that a
 * run that was killed leaves nothing that the next one does not find.
 */
export function temporaryName(name: string, gguf: string): string {
  const whose = hash('sha256', JSON.stringify([hostname(), resolve(gguf)])).slice(0, 12)
  return `${modelName(name).model}:sftkit-${whose}`
}

/** What a GGUF of the model is called: `team/agent:v2` is `team-agent-v2`. */
export function fileName(name: string): string {
  const { model, tag } = modelName(name)
  return `${model}${tag === 'latest' ? '' : `-${tag}`}`.replace(/[^A-Za-z0-9_.-]+/g, '-')
}
