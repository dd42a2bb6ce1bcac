/** What a template is written in: `ollama show --template` may give either. */
export function templateKind(text: string): 'jinja' | 'go' | 'none' {
  if (/\{%|\{\{-?\s*(messages|bos_token)\b/.test(text)) return 'jinja'
  // A bare prompt stands for a renderer, which is no template.
  if (/^\s*(\{\{-?\s*\.Prompt\s*-?\}\}\s*)?$/.test(text)) return 'none'
  return /\{\{/.test(text) ? 'go' : 'none'
}
