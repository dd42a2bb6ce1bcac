import type { JinjaSamples } from './samples.ts'
import { goField, goText, TRIM } from './text.ts'

/**
 * For templates that write turns one after another and no tools: Llama 3, Gemma, Phi, SmolLM, Zephyr and many others.
 * What stands around the texts is taken from the Jinja.
 */
export function plainTurns(samples: JinjaSamples): { name: string; text: string } | undefined {
  const { beforeUser, system, userToAssistant, assistantToUser, prompt, withTool, trimmed } = samples
  if (withTool !== undefined) return undefined
  const first = system
    ? `{{ if .System }}${goText(system.before)}${goField('.System', trimmed.system)}${goText(system.after)}{{ else }}${goText(beforeUser)}{{ end }}`
    : goText(beforeUser)
  const turns = [
    '{{- $spoken := "" }}',
    '{{- range .Messages }}',
    '{{- if eq .Role "user" }}',
    `{{- if eq $spoken "assistant" }}${goText(assistantToUser)}{{ end }}${goField('.Content', trimmed.user)}{{ $spoken = "user" }}`,
    '{{- else if eq .Role "assistant" }}',
    `{{- if eq $spoken "user" }}${goText(userToAssistant)}{{ end }}${goField('.Content', trimmed.assistant)}{{ $spoken = "assistant" }}`,
    '{{- end }}',
    '{{- end }}',
  ].join('\n')
  return { name: "sftkit's for plain turns", text: `${TRIM}${first}${turns}${goText(prompt)}` }
}
