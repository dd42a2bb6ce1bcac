import { definePlugin, isJsonObject, type Plugin } from '@sftkit/core'
import { version } from '../version.ts'

/** Passes over the databases that `sft judge` writes beside an input, where they stand in a folder that is read. */
export function judgmentFiles(): Plugin {
  return definePlugin({
    name: 'judgment-files',
    version,
    setup(api) {
      api.load({
        name: 'judgments',
        looksFor: 'a SQLite database with the table judgments alone, which holds no traces',
        detect({ record, container }) {
          if (container !== 'sqlite' || !isJsonObject(record) || !Array.isArray(record.tables))
            return undefined
          const names = record.tables.filter((name) => name !== 'sqlite_sequence')
          const isAlone = names.length > 0 && names.every((name) => name === 'judgments')
          return isAlone ? 'has the table judgments and no other' : undefined
        },
        open: () => [],
      })
    },
  })
}
