import type { Plugin } from '@sftkit/core'
import { parseOptions } from '@sftkit/core'
import { z } from 'zod'
import { detectAs } from '../detect/detect-as.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { historyReader } from './read-row.ts'

const schema = z.strictObject({
  /** `reference`: the messages are exactly those of the reference's exporter, its losses included. */
  compat: z.enum(['reference']).optional(),
})

export type HistoriesOptions = z.input<typeof schema>

/** Sessions as lists of Responses-style items: `{session_id, history, judgment?, passed?, archived?}`. */
export function histories(options: HistoriesOptions = {}): Plugin {
  const { compat } = parseOptions('histories', schema, options)
  const read = historyReader({ ...(compat !== undefined && { compat }) })
  return loaderPlugin(
    {
      name: 'histories',
      looksFor: 'session_id beside a list history of items with role or type',
      detect: detectAs('histories'),
      read: ({ value }, context) => read(value, context),
    },
    { ...(compat !== undefined && { compat }) },
  )
}
