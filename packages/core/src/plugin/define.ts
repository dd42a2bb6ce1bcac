import type { z } from 'zod'
import { optionIssues } from '../config/issues.ts'
import { sftError } from '../errors/error.ts'
import type { Plugin } from './types.ts'

/** A plugin as it is: for the types and the editor. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin
}

/**
 * Checks a plugin's options with its zod schema.
 *
 * @param plugin the plugin's name, for the message
 * @throws SFT_PLUGIN_OPTIONS with every wrong key or value, and the valid keys
 */
export function parseOptions<S extends z.ZodType>(plugin: string, schema: S, options: unknown): z.output<S> {
  const result = schema.safeParse(options ?? {})
  if (result.success) return result.data
  throw sftError(
    'SFT_PLUGIN_OPTIONS',
    `The options of ${plugin} are not accepted: ${optionIssues(result.error, schema)}`,
    {
      plugin,
    },
  )
}
