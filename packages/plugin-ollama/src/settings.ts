import type { Plugin } from '@sftkit/core'
import type { z } from 'zod'
import type { makeOptionsSchema } from './options.ts'

type Settings = z.output<typeof makeOptionsSchema>

// Not the plugin's `options`: those are part of what a dataset depends on, and where Ollama is changes no row.
const known = new WeakMap<Plugin, Settings>()

/** Remembers what a plugin that converts was made with. */
export function withSettings(plugin: Plugin, settings: Settings): Plugin {
  known.set(plugin, settings)
  return plugin
}

/** What a plugin that converts was made with; undefined for any other one. */
export function settingsOf(plugin: Plugin): Settings | undefined {
  return known.get(plugin)
}
