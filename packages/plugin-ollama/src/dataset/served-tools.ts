import { isJsonObject, type JsonObject, type JsonValue, type ToolDefinition } from '@sftkit/core'

/** A tool as a template gets it from Ollama, and which keys of it Ollama does not keep. */
export interface ServedTool {
  readonly tool: ToolDefinition
  readonly dropped: readonly string[]
}

/**
 * Ollama reads tools into structures of its own: keys come back in their order, names of properties sorted (as its Go
 * templates list them), and what has no place in them is gone. A model that was trained on the same reads what it knows.
 */
export function servedTool(tool: ToolDefinition): ServedTool {
  const dropped = new Set<string>()
  const { type, function: called, ...rest } = tool
  const { name, description, parameters, ...more } = called
  for (const key of [...Object.keys(rest), ...Object.keys(more)]) dropped.add(key)
  const served: ToolDefinition = {
    type,
    function: {
      name,
      ...(description !== undefined && description !== '' && { description }),
      parameters: servedParameters(isJsonObject(parameters) ? parameters : {}, dropped),
    },
  }
  return { tool: served, dropped: [...dropped] }
}

function servedParameters(schema: JsonObject, dropped: Set<string>): JsonObject {
  const { type, $defs, items, required, properties, ...rest } = schema
  for (const key of Object.keys(rest)) dropped.add(key)
  return {
    type: typeof type === 'string' ? type : 'object',
    ...($defs !== undefined && { $defs: sortedValue($defs) }),
    ...(items !== undefined && { items: sortedValue(items) }),
    ...(isFilled(required) && { required }),
    properties: servedProperties(properties, dropped),
  }
}

function servedProperties(properties: JsonValue | undefined, dropped: Set<string>): JsonObject {
  if (!isJsonObject(properties)) return {}
  return Object.fromEntries(
    sortedEntries(properties).map(([name, property]) => [name, servedProperty(property, dropped)]),
  )
}

function servedProperty(property: JsonValue | undefined, dropped: Set<string>): JsonObject {
  if (!isJsonObject(property)) return {}
  const { anyOf, type, items, description, enum: values, properties, required, ...rest } = property
  for (const key of Object.keys(rest)) dropped.add(key)
  return {
    ...(isFilled(anyOf) && { anyOf: anyOf.map((one) => servedProperty(one, dropped)) }),
    ...(type !== undefined && {
      type: Array.isArray(type) && type.length === 1 ? (type[0] as string) : type,
    }),
    ...(items !== undefined && { items: sortedValue(items) }),
    ...(description !== undefined && description !== '' && { description }),
    ...(isFilled(values) && { enum: values }),
    ...(properties !== undefined && { properties: servedProperties(properties, dropped) }),
    ...(isFilled(required) && { required }),
  }
}

function isFilled(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value) && value.length > 0
}

/** The value with the keys of its objects sorted, as Ollama writes arguments. */
export function sortedValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((one: JsonValue) => sortedValue(one))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    sortedEntries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, sortedValue(inner)]])),
  )
}

/** By bytes of UTF-8, as Go sorts. */
function sortedEntries(object: JsonObject): [string, JsonValue | undefined][] {
  return Object.entries(object).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
