import type { Example, JsonValue, ToolDefinition } from '@sftkit/core'
import type { LossTally } from './losses.ts'
import { writableJson } from './writable.ts'

const written = new WeakMap<readonly ToolDefinition[], readonly ToolDefinition[]>()

/**
 * The tools of an example, or nothing where it has none. The same list gives the same list, so that its JSON
 * text can be kept: a run has few toolsets and many rows.
 */
export function writableTools(example: Example, losses: LossTally): readonly ToolDefinition[] | undefined {
  const { tools } = example
  if (tools === undefined || tools.length === 0) return undefined
  const known = written.get(tools)
  if (known === tools) return known
  // A changed toolset is looked at again for every row, because every row loses.
  const result = writableJson(tools as unknown as JsonValue, 'tools', losses) as unknown as typeof tools
  if (known === undefined) written.set(tools, result)
  return known ?? result
}
