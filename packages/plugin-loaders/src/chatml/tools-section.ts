import { type JsonValue, type LossRecorder, parseJson, type ToolDefinition } from '@sftkit/core'
import { readTool } from '../chat/tools.ts'

/** The end of a system prompt where Qwen's template lists the tools, and says how they are called. */
const SECTION =
  /(?:^|\n\n)# Tools\n\n[^\n]*\n\n[^\n]*\n<tools>\n([\s\S]*?)\n<\/tools>\n\n[\s\S]*<\/tool_call>\s*$/

/** A system prompt without the tools that a template wrote into it. Where one of them is no definition, all stay text. */
export function splitTools(
  text: string,
  path: string,
  losses: LossRecorder,
): { readonly text: string; readonly tools: readonly ToolDefinition[] } {
  const found = SECTION.exec(text)
  const definitions = found?.[1]?.split('\n').map(parsed)
  if (found === null || definitions === undefined || definitions.includes(undefined))
    return { text, tools: [] }
  losses.loss(path, 'changed', 'tools of the system prompt read as definitions', definitions.length)
  return {
    text: text.slice(0, found.index),
    tools: definitions.flatMap((one) => readTool(one as JsonValue, path, losses) ?? []),
  }
}

function parsed(line: string): JsonValue | undefined {
  try {
    return parseJson(line)
  } catch {
    return undefined
  }
}
