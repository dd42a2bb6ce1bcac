import type { UserConfig } from './types.ts'

/** A config as it is: for the types and the editor. May be a function or a promise of one. */
export function defineConfig(config: UserConfig): UserConfig {
  return config
}
