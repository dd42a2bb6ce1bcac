import type { Example, Format, FormatContext, LossKind, Plugin, PluginApi, Row } from '@sftkit/core'

export interface Formatted {
  readonly rows: readonly Row[]
  readonly losses: readonly { field: string; kind: LossKind; count: number }[]
  readonly drops: readonly { reason: string; detail?: string }[]
}

/** The format that a plugin registers, under its name. */
export function registered(plugin: Plugin): { name: string; format: Format } {
  const found: { name: string; format: Format }[] = []
  const api = { format: (name: string, format: Format) => found.push({ name, format }) }
  plugin.setup(api as unknown as PluginApi)
  const [only] = found
  if (only === undefined || found.length !== 1) throw new Error('a format plugin registers one format')
  return only
}

/** What a format makes of examples; rows as a reader of the file gets them. */
export function formatted(plugin: Plugin, ...examples: readonly Example[]): Formatted {
  const { format } = registered(plugin)
  const losses: { field: string; kind: LossKind; count: number }[] = []
  const drops: { reason: string; detail?: string }[] = []
  const context = {
    loss: (field: string, kind: LossKind, _detail?: string, count = 1) => losses.push({ field, kind, count }),
    drop: (reason: string, detail?: string) => {
      drops.push({ reason, ...(detail !== undefined && { detail }) })
      return undefined
    },
  } as unknown as FormatContext
  const rows = examples.flatMap((example) => format.handler(example, context) ?? [])
  return { rows, losses, drops }
}

/** The JSON lines of rows. */
export function jsonLines(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
