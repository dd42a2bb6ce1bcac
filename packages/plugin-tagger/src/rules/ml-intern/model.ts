import type { ModelTag } from '../../namespaces.ts'

/** In the order in which they are looked for: a DeepSeek distilled into Qwen is a DeepSeek. */
const FAMILIES = ['opus', 'sonnet', 'haiku', 'kimi', 'gpt', 'deepseek', 'qwen', 'llama'] as const

export function familyOfModel(model: string | undefined): ModelTag {
  const name = model?.toLowerCase() ?? ''
  return FAMILIES.find((family) => name.includes(family)) ?? 'other'
}
