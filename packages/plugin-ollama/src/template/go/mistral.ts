import { PYTHON_JSON } from './json.ts'
import { type JinjaSamples, MARK, TOOL, USER } from './samples.ts'
import { goField, goText, TRIM } from './text.ts'

const ARGUMENT = { 'sftkit-K': 'k' }

/**
 * For Mistral's `[INST]`, of version 3 and Nemo: tools stand before the last user's turn, the system message in it, and
 * calls are a list of JSON with ids. The spaces between are taken from the Jinja.
 */
export function mistral(samples: JinjaSamples): { name: string; text: string } | undefined {
  const { beforeUser, system, prompt, userToAssistant, trimmed, eos, withTool } = samples
  if (!beforeUser.startsWith('[INST]') || system === undefined || withTool === undefined) return undefined
  const listed = aroundTool(withTool)
  const called = aroundCall(samples)
  if (listed === undefined || called === undefined) return undefined
  const userText = goField('.Content', trimmed.user)
  return {
    name: "sftkit's for Mistral",
    text: [
      `${TRIM}${PYTHON_JSON}`,
      '{{- $asked := -1 }}{{ $last := -1 }}',
      '{{- range $at, $message := .Messages }}{{ $last = $at }}{{ if eq $message.Role "user" }}{{ $asked = $at }}{{ end }}{{ end }}',
      '{{- range $at, $message := .Messages }}',
      '{{- if eq .Role "user" }}',
      `{{- if and $.Tools (eq $at $asked) }}${goText(listed.before)}{{ range $number, $tool := $.Tools }}{{ if $number }}, {{ end }}{{ template "tool" $tool }}{{ end }}${goText(listed.after)}{{ end }}`,
      `{{- if and $.System (eq $at $last) }}${goText(system.before)}${goField('$.System', trimmed.system)}${goText(system.after)}{{ else }}${goText(beforeUser)}{{ end }}${userText}${goText(prompt)}`,
      '{{- else if eq .Role "assistant" }}',
      // The first text after `if .ToolCalls` is the sign of calls.
      `{{- if .ToolCalls }}[TOOL_CALLS]${goText(called.list)}{{ range $number, $call := .ToolCalls }}{{ if $number }}, {{ end }}{"name": {{ template "text" $call.Function.Name }}, "arguments": {{ template "arguments" $call.Function.Arguments }}${goText(called.id)}{{ $call.ID }}${goText(called.idEnd)}{{ end }}${goText(called.listEnd)}`,
      `{{- else }}${goText(userToAssistant.slice(prompt.length))}${goField('.Content', trimmed.assistant)}{{ end }}${goText(eos)}`,
      '{{- else if eq .Role "tool" }}',
      `{{- ${JSON.stringify(called.result)} }}{{ .Content }}${goText(called.resultId)}{{ .ToolCallID }}${goText(called.resultEnd)}`,
      '{{- end }}',
      '{{- end }}',
    ].join('\n'),
  }
}

function aroundTool(withTool: string): { before: string; after: string } | undefined {
  const [before, rest] = withTool.split(spaced(TOOL))
  const end = '[/AVAILABLE_TOOLS]'
  if (before === undefined || !rest?.includes(end)) return undefined
  return { before, after: rest.slice(0, rest.indexOf(end) + end.length) }
}

interface AroundCall {
  readonly list: string
  readonly id: string
  readonly idEnd: string
  readonly listEnd: string
  readonly result: string
  readonly resultId: string
  readonly resultEnd: string
}

/** What stands around a call, its id, and its result, without the end of the turn. */
function aroundCall({ render, prompt, eos }: JinjaSamples): AroundCall | undefined {
  const call = { name: 'sftkit-T', arguments: ARGUMENT }
  const text = render(
    [
      USER,
      { role: 'assistant', content: '', tool_calls: [{ id: MARK.id, type: 'function', function: call }] },
      { role: 'tool', name: 'sftkit-T', content: MARK.result, tool_call_id: MARK.id },
    ],
    [TOOL],
  )
  const start = `${MARK.user}${prompt}[TOOL_CALLS]`
  const at = text?.indexOf(start) ?? -1
  if (text === undefined || at === -1 || eos === '') return undefined
  const [list, rest] = text.slice(at + start.length).split(spaced(call).slice(0, -1))
  const [id, afterId, resultEnd] = rest?.split(MARK.id) ?? []
  const [idEnd, after] = afterId?.split(`]${eos}`) ?? []
  const [result, resultId] = after?.split(MARK.result) ?? []
  if (list === undefined || id === undefined || idEnd === undefined || resultEnd === undefined)
    return undefined
  if (result === undefined || resultId === undefined) return undefined
  return { list, id, idEnd, listEnd: ']', result, resultId, resultEnd }
}

/** As Python writes JSON; for values without such signs in their texts. */
function spaced(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[:,](?=["{[])/g, '$& ')
}
