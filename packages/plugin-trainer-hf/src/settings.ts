import type { Plugin } from '@sftkit/core'
import type { TrainerSettings } from './options.ts'

// Not the plugin's `options`: those are part of what a dataset depends on, and a learning rate changes no row.
const known = new WeakMap<Plugin, TrainerSettings>()

/** Remembers what a trainer was made with. */
export function withSettings(plugin: Plugin, settings: TrainerSettings): Plugin {
  known.set(plugin, settings)
  return plugin
}

/** What a trainer was made with; undefined for any other plugin. */
export function settingsOf(plugin: Plugin): TrainerSettings | undefined {
  return known.get(plugin)
}
