import { PYTHON_JSON } from './json.ts'
import type { JinjaSamples } from './samples.ts'
import { goText } from './text.ts'

const TOOL_START = '{"type": "function", "function": {"name": "sftkit-T"'

/**
 * For ChatML with Hermes' way of calling tools: Qwen 2.5, Qwen 3 without its thinking, SmolLM and others. The default
 * system text and the words about tools are taken from the Jinja.
 */
export function chatml(samples: JinjaSamples): { name: string; text: string } | undefined {
  const { beforeUser, system, prompt, withTool } = samples
  if (prompt !== '<|im_end|>\n<|im_start|>assistant\n' || system?.before !== '<|im_start|>system\n')
    return undefined
  const defaultSystem = between(beforeUser, system.before, '<|im_end|>\n<|im_start|>user\n')
  const tools = withTool === undefined ? undefined : aroundTools(withTool, defaultSystem ?? '')
  const head = [
    '{{- if or .System .Tools }}<|im_start|>system',
    `{{ if .System }}{{ .System }}{{ else }}${goText(tools?.defaultSystem ?? '')}{{ end }}`,
  ].join('\n')
  const listed = tools
    ? `{{ if .Tools }}{{ if .System }}${goText(tools.before)}{{ else }}${goText(tools.beforeAlone)}{{ end }}{{ range .Tools }}{{ "\\n" }}{{ template "tool" . }}{{ end }}${goText(tools.after)}{{ end }}`
    : ''
  const fallback =
    defaultSystem === undefined
      ? '{{ end }}'
      : `{{ else }}<|im_start|>system\n${goText(defaultSystem)}<|im_end|>\n{{ end }}`
  return {
    name: "sftkit's for ChatML",
    text: `${PYTHON_JSON}${head}${listed}<|im_end|>\n${fallback}${TURNS}<|im_start|>assistant\n`,
  }
}

/** `if .ToolCalls` is what Ollama looks for when it learns how a call is written. */
const TURNS = `{{- $last := "" }}
{{- range .Messages }}
{{- if and (eq $last "tool") (ne .Role "tool") }}<|im_end|>
{{ end }}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{- if .Content }}
{{ .Content }}
{{- end }}
{{- if .ToolCalls }}
{{- range .ToolCalls }}
<tool_call>
{"name": {{ template "text" .Function.Name }}, "arguments": {{ template "arguments" .Function.Arguments }}}
</tool_call>
{{- end }}
{{- end }}<|im_end|>
{{ else if eq .Role "tool" }}
{{- if ne $last "tool" }}<|im_start|>user{{ end }}
<tool_response>
{{ .Content }}
</tool_response>
{{- end }}
{{- $last = .Role }}
{{- end }}
{{- if eq $last "tool" }}<|im_end|>
{{ end }}`

function between(text: string, before: string, after: string): string | undefined {
  return text.startsWith(before) && text.endsWith(after)
    ? text.slice(before.length, text.length - after.length)
    : undefined
}

/** What a template writes before its first tool, with and without a system message, and after its last. */
function aroundTools(
  withTool: string,
  defaultSystem: string,
): { before: string; beforeAlone: string; after: string; defaultSystem: string } | undefined {
  const start = withTool.indexOf(TOOL_START)
  const head = '<|im_start|>system\n'
  if (start === -1 || !withTool.startsWith(head)) return undefined
  const end = withTool.indexOf('\n', start)
  const told = withTool.slice(head.length, start - 1)
  const hasDefault = defaultSystem !== '' && told.startsWith(defaultSystem)
  const alone = hasDefault ? told.slice(defaultSystem.length) : told
  return {
    before: alone.startsWith('\n\n') ? alone : `\n\n${alone}`,
    beforeAlone: alone,
    after: withTool.slice(end, withTool.indexOf('<|im_end|>', end)),
    defaultSystem: hasDefault ? defaultSystem : '',
  }
}
