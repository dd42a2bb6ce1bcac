import {
  type Context,
  definePlugin,
  type JsonValue,
  type Message,
  type Plugin,
  parseOptions,
  sftError,
  type Tag,
} from '@sftkit/core'
import { z } from 'zod'
import { version } from '../version.ts'
import { measureContext } from './context.ts'
import { measureOf } from './registry.ts'
import { runMeasure } from './run-measure.ts'
import type { Measure, MeasureChoice } from './types.ts'

declare module '@sftkit/core' {
  interface TagNamespaces {
    /** What measures said: `measure:no-error-passed`, `measure:steps-failed`, `measure:cost-error`. */
    measure: `${string}-${'passed' | 'failed' | 'error'}`
  }
}

export interface MeasureOptions {
  /** The measures, or one. */
  readonly measures: MeasureChoice | readonly MeasureChoice[]
  /** The plugin's name, where it is listed twice. Default `measure`. */
  readonly name?: string
}

const schema = z.strictObject({
  measures: z.custom<MeasureChoice | readonly MeasureChoice[]>(
    (value) => ['string', 'function', 'object'].includes(typeof value) && value !== null,
    'a measure, its name, a function, or a list of them',
  ),
  name: z.string().min(1).default('measure'),
})

/**
 * Tags every trace with what measures say of it: `measure:NAME-passed`, `measure:NAME-failed`, and
 * `measure:NAME-error` where one cannot say. What they measured is in the run's index, as measures `measure.NAME`.
 *
 * @throws SFT_PLUGIN_OPTIONS where an option is not known, or two measures have one name; SFT_MEASURE_UNKNOWN,
 *   SFT_MEASURE_INVALID
 */
export function measure(input: MeasureOptions): Plugin {
  const options = parseOptions('measure', schema, input)
  const list = [options.measures].flat() as readonly MeasureChoice[]
  const measures = list.map((choice) => measureOf(choice))
  requireNames(measures)
  return definePlugin({
    name: options.name,
    version,
    options: measures.map(({ name, options: own = null }): JsonValue => ({ name, options: own })),
    setup(api) {
      // An example that is a whole trace has the trace's own list of messages.
      const values = new WeakMap<readonly Message[], Map<string, number>>()
      api.tag(async (traces, context) => {
        const errors = new Map<string, string>()
        await Promise.all(
          traces.map(async (trace) => {
            const around = measureContext(trace, context)
            const found = new Map<string, number>()
            for (const one of measures) {
              const { status, reason, ...rest } = await runMeasure(one, around)
              context.tag(trace, `measure:${one.name}-${status}` as Tag)
              if ('value' in rest && rest.value !== undefined) found.set(one.name, rest.value)
              if (status === 'error') errors.set(one.name, `${reason} (${trace.id})`)
            }
            if (found.size > 0) values.set(trace.messages, found)
          }),
        )
        warnOf(errors, context)
      })
      for (const { name } of measures)
        api.measure(`measure.${name}`, (example) =>
          example.kind === 'chat' ? values.get(example.messages)?.get(name) : undefined,
        )
    },
  })
}

/** One error of each measure and batch is enough to see what is wrong. */
function warnOf(errors: ReadonlyMap<string, string>, { log }: Context): void {
  for (const [name, why] of errors) log.warn(`the measure ${name} cannot say: ${why}`)
}

function requireNames(measures: readonly Measure[]): void {
  const names = measures.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined)
    throw sftError(
      'SFT_PLUGIN_OPTIONS',
      `Two measures are called ${twice}: give one of them another \`name\`, so that their tags differ.`,
      { plugin: 'measure' },
    )
}
