import type { Outcome } from '@sftkit/core'
import { z } from 'zod'
import { keyOf, type Named, named, parseMeasure } from './options.ts'
import type { Measure, MeasuredCall } from './types.ts'

export interface NoErrorOptions extends Named {
  /** Which results of tools are errors. Default none: an agent may recover from them. */
  readonly tools?: RegExp
}

const noErrorSchema = z.strictObject({ ...named, tools: z.instanceof(RegExp).optional() })

/** The session did not end in an error, and where it is asked for, no tool returned one. */
export function noError(input: NoErrorOptions = {}): Measure {
  const { name = 'no-error', tools } = parseMeasure('noError', noErrorSchema, input)
  const failed = ({ result }: MeasuredCall): boolean => {
    if (tools === undefined || result === undefined) return false
    tools.lastIndex = 0
    return tools.test(result)
  }
  return {
    name,
    options: { tools: tools === undefined ? null : keyOf(tools) },
    run({ outcome, toolCalls }) {
      if (outcome.status === 'errored' || outcome.error !== undefined)
        return { passed: false, reason: outcome.error ?? 'it ended with an error' }
      const call = toolCalls.find(failed)
      return call === undefined
        ? { passed: true }
        : { passed: false, reason: `${call.name} returned an error` }
    },
  }
}

const answeredSchema = z.strictObject(named)

/** The assistant says something, and has the last word. */
export function answered(input: Named = {}): Measure {
  const { name = 'answered' } = parseMeasure('answered', answeredSchema, input)
  return {
    name,
    run({ messages, finalAnswer }) {
      if (finalAnswer === '') return { passed: false, reason: 'no text of the assistant' }
      const last = messages.at(-1)
      const passed = last?.role === 'assistant' && (last.toolCalls ?? []).length === 0
      return passed
        ? { passed }
        : { passed, reason: `it ends on ${last?.role === 'assistant' ? 'a call' : last?.role}` }
    },
  }
}

/** The source's own verdict is that the task was solved. A session without a verdict is an error of the measure. */
export function resolved(input: Named = {}): Measure {
  const { name = 'resolved' } = parseMeasure('resolved', answeredSchema, input)
  return {
    name,
    run({ outcome }) {
      if (outcome.resolved === undefined) throw new Error('the session has no verdict')
      return { passed: outcome.resolved }
    },
  }
}

export interface EndedOptions extends Named {
  readonly as: Outcome['status'] | readonly Outcome['status'][]
}

const status = z.enum(['completed', 'errored', 'limit', 'cancelled', 'unknown'])
const endedSchema = z.strictObject({ ...named, as: z.union([status, z.array(status).min(1)]) })

/** The session ended in one of these ways. */
export function ended(input: EndedOptions): Measure {
  const { name = 'ended', as } = parseMeasure('ended', endedSchema, input)
  const wanted = [as].flat()
  return {
    name,
    options: { as: wanted },
    run: ({ outcome }) => ({ passed: wanted.includes(outcome.status), reason: outcome.status }),
  }
}
