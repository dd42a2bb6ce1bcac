import { readFileSync } from 'node:fs'
import { sftError } from '@sftkit/core'
import type { ModelFolder } from '../checkpoint/model-folder.ts'
import type { OllamaClient } from '../ollama/client.ts'
import type { Rendering } from '../ollama/version.ts'
import { goTemplates } from './go/templates.ts'
import { templateKind } from './kind.ts'

/** A template to try; without a text, the GGUF's own is left to Ollama. */
export interface TemplateCandidate {
  readonly name: string
  readonly text?: string
}

const OWN: TemplateCandidate = { name: "the GGUF's own" }

/** What may render a model's chats in an Ollama, the likeliest first. */
export async function templateCandidates(
  rendering: Rendering,
  source: {
    readonly client: OllamaClient
    readonly model: ModelFolder
    /** The user's file. */
    readonly file?: string | undefined
  },
): Promise<readonly TemplateCandidate[]> {
  const { client, model, file } = source
  if (file !== undefined) return [{ name: file, text: readTemplate(file) }]
  const ours = goTemplates(model)
  // Ollama takes some Jinja for one of those it has in Go, which may render otherwise; then one that is given helps.
  if (rendering === 'jinja') return [OWN, ...ours]
  const theirs = await templatesThere(client, model)
  return [...(rendering === 'unknown' ? [OWN] : []), ...ours, ...theirs]
}

function readTemplate(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw sftError('SFT_OLLAMA_TEMPLATE', `The template ${file} cannot be read.`, { cause })
  }
}

/** Templates in Go of models of the same family that this Ollama has already; each is tried, none is trusted. */
async function templatesThere(
  client: OllamaClient,
  model: ModelFolder,
): Promise<readonly TemplateCandidate[]> {
  const family = model.architecture.replace(/For(CausalLM|ConditionalGeneration)$/, '').toLowerCase()
  const same = (await client.list())
    .filter((one) => one.details?.family?.toLowerCase() === family)
    .slice(0, 5)
  const found = new Map<string, string>()
  for (const { name } of same) {
    const text = (await client.show(name))?.template ?? ''
    if (templateKind(text) === 'go' && !found.has(text)) found.set(text, name)
  }
  return [...found].map(([text, name]) => ({ name: `that of ${name}`, text }))
}
