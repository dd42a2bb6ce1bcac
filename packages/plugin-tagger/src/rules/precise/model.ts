import type { ModelTag } from '../../namespaces.ts'

/**
 * In the order in which they are looked for. Each is a word, or the beginning of one, of the model's name, so that
 * an octopus is no opus; `o3` and its kin carry no family name of their own.
 */
const FAMILIES: readonly (readonly [RegExp, ModelTag])[] = [
  [word('opus'), 'opus'],
  [word('sonnet'), 'sonnet'],
  [word('haiku'), 'haiku'],
  [word('claude'), 'claude'],
  [word('kimi'), 'kimi'],
  [/(?:^|[^a-z])(?:chat)?gpt|(?:^|\/)o[134](?![a-z\d])/i, 'gpt'],
  [word('deepseek'), 'deepseek'],
  [/(?:^|[^a-z])(?:qwen|qwq)/i, 'qwen'],
  [/(?:^|[^a-z])(?:code)?llama/i, 'llama'],
  [word('gemini'), 'gemini'],
  [word('gemma'), 'gemma'],
  [/(?:^|[^a-z])(?:mi[sx]tral|ministral|devstral|codestral|magistral)/i, 'mistral'],
  [/(?:^|[^a-z])(?:chat)?glm/i, 'glm'],
  [word('grok'), 'grok'],
  [word('minimax'), 'minimax'],
]

export function familyOfModel(model: string | undefined): ModelTag {
  if (model === undefined || model.trim() === '') return 'unknown'
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? 'other'
}

function word(start: string): RegExp {
  return new RegExp(`(?:^|[^a-z])${start}`, 'i')
}
