import { goText, type JinjaSamples } from './samples.ts'

/**
 * For templates that write turns one after another and no tools: Llama 3, Gemma, Phi, Zephyr and many others. What
 * stands around the texts is taken from the Jinja.
 */
export function plainTurns(samples: JinjaSamples): { name: string; text: string } | undefined {
  const { beforeUser, system, userToAssistant, assistantToUser, prompt, withTool } = samples
  if (withTool !== undefined) return undefined
  const first = system
    ? `{{ if .System }}${goText(system.before)}{{ .System }}${goText(system.after)}{{ else }}${goText(beforeUser)}{{ end }}`
    : goText(beforeUser)
  const turns = [
    '{{- $spoken := "" }}',
    '{{- range .Messages }}',
    '{{- if eq .Role "user" }}',
    `{{- if eq $spoken "assistant" }}${goText(assistantToUser)}{{ end }}{{ .Content }}{{ $spoken = "user" }}`,
    '{{- else if eq .Role "assistant" }}',
    `{{- if eq $spoken "user" }}${goText(userToAssistant)}{{ end }}{{ .Content }}{{ $spoken = "assistant" }}`,
    '{{- end }}',
    '{{- end }}',
  ].join('\n')
  return { name: "sftkit's for plain turns", text: `${first}${turns}${goText(prompt)}` }
}
