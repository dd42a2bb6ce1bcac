import { isJsonObject, type JsonValue } from '@sftkit/core'
import { z } from 'zod'
import type { ModelCall } from '../engine/engine.ts'

/** Whether a call could be run: a tool of that name is there, and the arguments are as it asks. */
export type CallCheck = (call: ModelCall) => boolean

const checks = new WeakMap<readonly unknown[], CallCheck>()

/** For the tools of one row. A schema that cannot be read asks nothing but what is required. */
export function callCheck(tools: readonly unknown[] = []): CallCheck {
  const known = checks.get(tools)
  if (known !== undefined) return known
  const byName = new Map(tools.flatMap((tool) => toolSchema(tool)))
  const check: CallCheck = ({ name, arguments: args }) => byName.get(name)?.(args) ?? false
  checks.set(tools, check)
  return check
}

type Fits = (args: ModelCall['arguments']) => boolean

function toolSchema(tool: unknown): [string, Fits][] {
  const called = (tool as { function?: { name?: unknown; parameters?: JsonValue } } | null)?.function
  if (typeof called?.name !== 'string') return []
  const parameters = isJsonObject(called.parameters) ? called.parameters : {}
  const required = Array.isArray(parameters.required) ? parameters.required : []
  // zod asks for no property that is required and not described.
  const hasRequired: Fits = (args) => required.every((key) => typeof key !== 'string' || key in args)
  const schema = readSchema(parameters)
  return [[called.name, (args) => hasRequired(args) && (schema?.safeParse(args).success ?? true)]]
}

function readSchema(parameters: object): z.ZodType | undefined {
  try {
    return z.fromJSONSchema({ type: 'object', ...parameters })
  } catch {
    return undefined
  }
}
