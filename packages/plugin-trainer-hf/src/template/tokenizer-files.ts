import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sftError } from '@sftkit/core'

/** What a model's folder says of its tokenizer and its chats. */
export interface TokenizerFiles {
  readonly folder: string
  readonly tokenizerText: string
  readonly config: Readonly<Record<string, unknown>>
  /** Special tokens by name: `bos_token`, `eos_token`, … */
  readonly special: Readonly<Record<string, string>>
  /** Chat templates by name; the usual one is `default`, one for tools `tool_use`. */
  readonly templates: ReadonlyMap<string, string>
  /** Ids at which the model is told to stop (generation_config.json, else config.json). */
  readonly stopIds: readonly number[]
}

/** The files of a model that say something of its tokenizer. */
export const TOKENIZER_FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'generation_config.json',
  'config.json',
] as const

/**
 * Reads a model's folder.
 *
 * @throws SFT_TEMPLATE_MODEL where it has no tokenizer.json, or a file is no JSON
 */
export function readTokenizerFiles(folder: string, model: string): TokenizerFiles {
  const path = join(folder, 'tokenizer.json')
  if (!existsSync(path))
    throw sftError(
      'SFT_TEMPLATE_MODEL',
      `${model} has no tokenizer.json, so its chat template cannot be checked.`,
      {
        source: model,
        fix: 'Write one with `AutoTokenizer.from_pretrained(MODEL).save_pretrained(FOLDER)` and give that folder.',
      },
    )
  const config = readJson(folder, 'tokenizer_config.json', model)
  return {
    folder,
    tokenizerText: readFileSync(path, 'utf8'),
    config,
    special: specialTokens({ ...readJson(folder, 'special_tokens_map.json', model), ...config }),
    templates: templatesOf(folder, config),
    stopIds: stopIds(folder, model),
  }
}

function readJson(folder: string, name: string, model: string): Readonly<Record<string, unknown>> {
  const path = join(folder, name)
  if (!existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (cause) {
    throw sftError('SFT_TEMPLATE_MODEL', `${name} of ${model} is no JSON.`, { source: model, cause })
  }
}

const SPECIAL = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
] as const

function specialTokens(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const text = (value: unknown): string | undefined => {
    if (typeof value === 'string') return value
    const content = (value as { content?: unknown } | null | undefined)?.content
    return typeof content === 'string' ? content : undefined
  }
  const extra = Object.entries((config.extra_special_tokens ?? {}) as object)
  const entries = [...SPECIAL.map((name) => [name, config[name]] as const), ...extra]
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const token = text(value)
      return token === undefined ? [] : [[name, token]]
    }),
  )
}

/** A file of its own goes before the config's entry, as in transformers. */
function templatesOf(folder: string, config: Readonly<Record<string, unknown>>): Map<string, string> {
  const templates = new Map<string, string>()
  const written = config.chat_template
  if (typeof written === 'string') templates.set('default', written)
  else if (Array.isArray(written)) {
    for (const { name, template } of written as { name: string; template: string }[])
      templates.set(name, template)
  }
  const file = join(folder, 'chat_template.jinja')
  if (existsSync(file)) templates.set('default', readTemplate(file))
  const others = join(folder, 'additional_chat_templates')
  if (existsSync(others)) {
    for (const name of readdirSync(others).sort())
      if (name.endsWith('.jinja'))
        templates.set(name.slice(0, -'.jinja'.length), readTemplate(join(others, name)))
  }
  return templates
}

/** Python reads text files with `\n` for every newline; an entry of the config keeps its own. */
function readTemplate(path: string): string {
  return readFileSync(path, 'utf8').replace(/\r\n?/g, '\n')
}

function stopIds(folder: string, model: string): number[] {
  for (const name of ['generation_config.json', 'config.json']) {
    const value = readJson(folder, name, model).eos_token_id
    if (value !== undefined && value !== null) return [value].flat().filter((id) => typeof id === 'number')
  }
  return []
}
