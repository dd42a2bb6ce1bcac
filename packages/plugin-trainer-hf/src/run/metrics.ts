import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const fingerprintSchema = z.object({ model: z.string(), dataset: z.string(), config: z.string() })

/** `metrics.json`, as the worker writes it when a training is done. */
const metricsSchema = z.looseObject({
  metrics: z.array(z.record(z.string(), z.unknown())),
  finalLoss: z.number().nullable(),
  steps: z.number(),
  seconds: z.number(),
  tokens: z.number().nullish(),
  fingerprint: fingerprintSchema,
})
export type TrainMetrics = z.infer<typeof metricsSchema>

/** Of a finished training; undefined where there is none. */
export function readMetrics(folder: string): TrainMetrics | undefined {
  return parsed(join(folder, 'metrics.json'), metricsSchema)
}

/** What the last training of a folder was told; undefined where there was none. */
export function readFingerprint(folder: string): z.infer<typeof fingerprintSchema> | undefined {
  return parsed(join(folder, 'run.json'), z.looseObject({ fingerprint: fingerprintSchema }))?.fingerprint
}

function parsed<S extends z.ZodType>(file: string, schema: S): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}
