import { indentedTools } from './indented-json.ts'
import { PYTHON_JSON } from './json.ts'
import { type JinjaSamples, MARK, SYSTEM, TOOL, USER } from './samples.ts'
import { goField, goText, TRIM } from './text.ts'

const header = (role: string): string => `<|start_header_id|>${role}<|end_header_id|>\n\n`

/**
 * For Llama 3.1 to 3.3: tools stand in the first user's turn as indented JSON, an answer that is JSON is a call, and
 * results come from `ipython`. The texts are taken from the Jinja.
 */
export function llama31(samples: JinjaSamples): { name: string; text: string } | undefined {
  const { beforeUser, system, prompt, trimmed, render } = samples
  if (prompt !== `<|eot_id|>${header('assistant')}` || system === undefined) return undefined
  const alone = aroundTool(render([USER], [TOOL]), '')
  const both = aroundTool(render([SYSTEM, USER], [TOOL]), MARK.system)
  if (alone === undefined || both === undefined) return undefined
  const systemText = goField('.System', trimmed.system)
  const head = [
    '{{ if .Tools }}',
    `{{ if .System }}${goText(both.before)}${systemText}${goText(both.between)}{{ else }}${goText(alone.between)}{{ end }}`,
    `{{ range .Tools }}{{ template "tool-0" . }}${goText(alone.after)}{{ end }}`,
    `{{ else if .System }}${goText(system.before)}${systemText}${goText(system.after)}`,
    `{{ else }}${goText(beforeUser)}{{ end }}`,
  ].join('')
  return {
    name: "sftkit's for Llama 3.1",
    text: `${TRIM}${PYTHON_JSON}${indentedTools(4)}${head}${turns(trimmed)}${goText(header('assistant'))}`,
  }
}

function turns(trimmed: JinjaSamples['trimmed']): string {
  return [
    '{{- $begun := false }}',
    '{{- range .Messages }}',
    '{{- if eq .Role "user" }}',
    `{{- if $begun }}${goText(header('user'))}{{ end }}${goField('.Content', trimmed.user)}<|eot_id|>{{ $begun = true }}`,
    '{{- else if eq .Role "assistant" }}',
    // The text right after `if .ToolCalls` is what Ollama takes for the sign of a call, up to the brace.
    `{{- ${JSON.stringify(header('assistant'))} }}{{ if .ToolCalls }}{{ range .ToolCalls }}{"name": {{ template "text" .Function.Name }}, "parameters": {{ template "arguments" .Function.Arguments }}{{ "}" }}{{ end }}`,
    `{{- else }}${goField('.Content', trimmed.assistant)}{{ end }}<|eot_id|>`,
    '{{- else if eq .Role "tool" }}',
    `{{- ${JSON.stringify(header('ipython'))} }}{{ template "text" .Content }}<|eot_id|>`,
    '{{- end }}',
    '{{- end }}',
  ].join('\n')
}

/** What stands before a system message's text, from there to the tool, and from the tool to the user's text. */
function aroundTool(
  text: string | undefined,
  system: string,
): { before: string; between: string; after: string } | undefined {
  const [head, tail] = text?.split(JSON.stringify(TOOL, undefined, 4)) ?? []
  if (head === undefined || tail === undefined) return undefined
  const at = system === '' ? 0 : head.indexOf(system)
  if (at === -1) return undefined
  return {
    before: head.slice(0, at),
    between: head.slice(at + system.length),
    after: tail.slice(0, tail.indexOf(MARK.user)),
  }
}
