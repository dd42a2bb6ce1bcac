import { isDeepStrictEqual } from 'node:util'
import { counted, isJsonObject, type JsonObject, type JsonValue } from '@sftkit/core'
import { z } from 'zod'
import { keyOf, type Named, named, parseMeasure, type Range, range } from './options.ts'
import type { Measure, MeasuredCall } from './types.ts'

export interface ToolUsedOptions extends Named, Range {
  /** The tool's name, or a pattern for several. */
  readonly tool: string | RegExp
  /** What the arguments have to be: values of some of their keys, or a function of all. Default: any. */
  readonly arguments?: JsonObject | ((args: JsonValue) => boolean)
}

const usedSchema = z.strictObject({
  ...named,
  ...range,
  tool: z.union([z.string().min(1), z.instanceof(RegExp)]),
  arguments: z
    .custom<object>((value) => typeof value === 'function' || isJsonObject(value), 'an object or a function')
    .optional(),
})

/** A tool was called, `min` (default 1) to `max` times; with `max: 0`, never. */
export function toolUsed(input: ToolUsedOptions): Measure {
  const given = parseMeasure('toolUsed', usedSchema, input)
  const { name = 'tool-used', max = Number.POSITIVE_INFINITY } = given
  const { min = max === 0 ? 0 : 1 } = given
  return {
    name,
    options: {
      tool: keyOf(input.tool),
      arguments: keyOf(input.arguments),
      min,
      max: given.max ?? null,
    },
    run({ toolCalls }) {
      const value = toolCalls.filter(
        (call) => isNamed(call, input.tool) && fits(call, input.arguments),
      ).length
      const passed = value >= min && value <= max
      return { passed, value, reason: `called ${counted(value, 'time')}` }
    },
  }
}

export interface ToolOrderOptions extends Named {
  /** Names in the order in which they have to be called; other calls may stand between them. */
  readonly tools: readonly string[]
  /** Whether no other call may stand anywhere. Default false. */
  readonly exact?: boolean
}

const orderSchema = z.strictObject({
  ...named,
  tools: z.array(z.string().min(1)).min(1),
  exact: z.boolean().default(false),
})

/** Tools were called in an order. */
export function toolOrder(input: ToolOrderOptions): Measure {
  const { name = 'tool-order', tools, exact } = parseMeasure('toolOrder', orderSchema, input)
  return {
    name,
    options: { tools, exact },
    run({ toolCalls }) {
      const called = toolCalls.map((call) => call.name)
      if (exact) {
        const passed = isDeepStrictEqual(called, tools)
        return passed ? { passed } : { passed, reason: `called ${called.join(', ') || 'nothing'}` }
      }
      let found = 0
      for (const one of called) if (one === tools[found]) found++
      if (found === tools.length) return { passed: true }
      return {
        passed: false,
        reason: `${tools[found]} is not called after ${tools.slice(0, found).join(', ') || 'the start'}`,
      }
    },
  }
}

function isNamed({ name }: MeasuredCall, tool: string | RegExp): boolean {
  if (typeof tool === 'string') return name === tool
  tool.lastIndex = 0
  return tool.test(name)
}

function fits({ arguments: args }: MeasuredCall, wanted: ToolUsedOptions['arguments']): boolean {
  if (wanted === undefined) return true
  if (typeof wanted === 'function') return wanted(args)
  return holds(args, wanted)
}

/** Whether a value has every key of an object with the same value; lists have to be the same. */
function holds(value: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  if (!isJsonObject(wanted)) return isDeepStrictEqual(value, wanted)
  return isJsonObject(value) && Object.entries(wanted).every(([key, one]) => holds(value[key], one))
}
