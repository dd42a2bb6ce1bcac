import { type JsonObject, type JsonValue, sftError } from '@sftkit/core'
import { z } from 'zod'
import { type Named, named, parseMeasure } from './options.ts'
import type { Measure } from './types.ts'

export interface AnswerSchemaOptions extends Named {
  /** A JSON schema, or a zod schema. */
  readonly schema: JsonObject | z.ZodType
}

const optionsSchema = z.strictObject({
  ...named,
  schema: z.custom<object>(
    (value) => typeof value === 'object' && value !== null,
    'a JSON schema or a zod schema',
  ),
})

const MOST_PROBLEMS = 5

/**
 * The final answer is JSON that fits a schema; a fenced block around it is not looked at.
 *
 * @throws SFT_MEASURE_INVALID for a JSON schema that cannot be understood
 */
export function answerSchema(input: AnswerSchemaOptions): Measure {
  const { name = 'answer-schema' } = parseMeasure('answerSchema', optionsSchema, input)
  const checker = isZod(input.schema) ? input.schema : understand(input.schema)
  return {
    name,
    options: { schema: isZod(input.schema) ? jsonSchemaOf(input.schema) : input.schema },
    async run({ finalAnswer }) {
      const value = readJson(finalAnswer)
      if (value === undefined) return { passed: false, reason: 'the final answer is no JSON' }
      const { success, error } = await checker.safeParseAsync(value)
      if (success) return { passed: true }
      const problems = error.issues
        .slice(0, MOST_PROBLEMS)
        .map(
          ({ path, message }) =>
            `${path.length === 0 ? 'the answer' : path.map(String).join('.')}: ${message}`,
        )
      return { passed: false, reason: problems.join('; ') }
    },
  }
}

/** Zod schemas of another copy of zod are ones too. */
function isZod(schema: JsonObject | z.ZodType): schema is z.ZodType {
  return typeof (schema as Partial<z.ZodType>).safeParseAsync === 'function'
}

/** A schema with transformations has none: then its text in the config is the key. */
function jsonSchemaOf(schema: z.ZodType): JsonValue {
  try {
    return z.toJSONSchema(schema, { io: 'input' }) as JsonObject
  } catch {
    return null
  }
}

function understand(schema: JsonObject): z.ZodType {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw sftError(
      'SFT_MEASURE_INVALID',
      `The JSON schema of measures.answerSchema cannot be checked: ${why}.`,
    )
  }
}

const FENCE = /^```\w*\n([\s\S]*?)\n?```$/

function readJson(text: string): JsonValue | undefined {
  const inner = FENCE.exec(text.trim())?.[1] ?? text
  try {
    return JSON.parse(inner) as JsonValue
  } catch {
    return undefined
  }
}
