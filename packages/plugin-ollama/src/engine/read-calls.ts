import { isJsonObject } from '@sftkit/core'
import type { ModelCall } from './engine.ts'

/**
 * How models write calls: between two marks, or from a mark to the end. Known are Hermes' and Qwen's tags with JSON or
 * with `<function=…>` in them, Mistral's list, Phi-4-mini's, and what Llama 3 writes after its tag.
 */
const FORMS: readonly { readonly open: string; readonly close?: string }[] = [
  { open: '<tool_call>', close: '</tool_call>' },
  { open: '<|tool_call|>', close: '<|/tool_call|>' },
  { open: '[TOOL_CALLS]' },
  { open: '<|python_tag|>' },
]

export const CALL_MARKS: readonly string[] = FORMS.map(({ open }) => open)

/** Reads the calls between marks. @returns the text around them */
export function readMarkedCalls(written: string, calls: ModelCall[], broken: string[]): string {
  let text = ''
  let rest = written
  for (;;) {
    const next = FORMS.map((form) => ({ form, at: rest.indexOf(form.open) }))
      .filter(({ at }) => at !== -1)
      .sort((a, b) => a.at - b.at)[0]
    if (next === undefined) return text + rest
    const { form, at } = next
    text += rest.slice(0, at)
    const inside = rest.slice(at + form.open.length)
    const again = form.close === undefined ? inside.indexOf(form.open) : inside.indexOf(form.close)
    const body = again === -1 ? inside : inside.slice(0, again)
    const read = readBody(body.trim())
    if (read === undefined) broken.push(body.trim())
    else calls.push(...read)
    rest = again === -1 ? '' : inside.slice(again + (form.close?.length ?? 0))
    // Only white space stands between calls.
    if (rest.trim() === '') return text
  }
}

/** An answer that is nothing but calls of known tools, as JSON. */
export function readBareCalls(written: string, names: ReadonlySet<string>): ModelCall[] | undefined {
  const text = written.trim()
  if (!text.startsWith('{')) return undefined
  const calls = readJsonCalls(text) ?? text.split(/;\s*(?=\{)/).flatMap((part) => readJsonCalls(part) ?? [])
  const known = calls.length > 0 && calls.every((call) => names.has(call.name))
  return known ? calls : undefined
}

function readBody(body: string): ModelCall[] | undefined {
  if (body.startsWith('<function=')) return readTaggedCall(body)
  // Mistral, newer: NAME[ARGS]{…}, or NAME{…}.
  const [, name, json] = /^([\w.-]+)(?:\[ARGS\])?\s*(\{[\s\S]*)$/.exec(body) ?? []
  if (name === undefined || json === undefined) return readJsonCalls(body)
  const args = parsed(json)
  return isObject(args) ? [{ name, arguments: args }] : undefined
}

function readJsonCalls(text: string): ModelCall[] | undefined {
  const value = parsed(text)
  const calls = (Array.isArray(value) ? value : [value]).map(jsonCall)
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined
}

function jsonCall(value: unknown): ModelCall | undefined {
  if (!isObject(value)) return undefined
  const called = isObject(value.function) ? value.function : value
  const given = called.arguments ?? called.parameters ?? {}
  const args = typeof given === 'string' ? parsed(given) : given
  return typeof called.name === 'string' && isObject(args)
    ? { name: called.name, arguments: args }
    : undefined
}

/** `<function=NAME><parameter=KEY>VALUE</parameter></function>`; a value that is JSON is taken as such. */
function readTaggedCall(body: string): ModelCall[] | undefined {
  const [, name, inside] = /^<function=([^>\n]+)>([\s\S]*?)<\/function>$/.exec(body) ?? []
  if (name === undefined || inside === undefined) return undefined
  const pairs = [...inside.matchAll(/<parameter=([^>\n]+)>\n?([\s\S]*?)\n?<\/parameter>/g)]
  const args = pairs.map(([, key = '', value = '']) => [key, parsed(value) ?? value] as const)
  return [{ name, arguments: Object.fromEntries(args) }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return isJsonObject(value as never)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
