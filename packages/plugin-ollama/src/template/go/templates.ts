import type { ModelFolder } from '../../checkpoint/model-folder.ts'
import { chatml } from './chatml.ts'
import { llama31 } from './llama.ts'
import { mistral } from './mistral.ts'
import { plainTurns } from './plain-turns.ts'
import { jinjaSamples } from './samples.ts'

/**
 * Go templates that may render what a model's Jinja renders, for the families whose way of writing turns it shows.
 * They are tried, and only one that renders every chat alike is used.
 */
export function goTemplates(model: ModelFolder): readonly { readonly name: string; readonly text: string }[] {
  const samples = jinjaSamples(model.tokenizer)
  if (samples === undefined) return []
  return [chatml, llama31, mistral, plainTurns].flatMap((family) => family(samples) ?? [])
}
