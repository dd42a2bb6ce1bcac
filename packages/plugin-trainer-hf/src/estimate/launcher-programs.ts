import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Plugin } from '@sftkit/core'
import { settingsOf } from '../settings.ts'

/** A program of the machine that a launcher of the config starts. */
export interface LauncherProgram {
  /** The launcher's name, as `slurm`. */
  readonly launcher: string
  readonly program: string
  /** Undefined where PATH does not have it. */
  readonly path?: string
}

/** What a launcher needs beside the training environment. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = { slurm: ['sbatch', 'squeue', 'scancel'] }

/** Looks on PATH for what the launchers of a config start. */
export function launcherPrograms(plugins: readonly Plugin[]): LauncherProgram[] {
  const launchers = new Set(plugins.flatMap((plugin) => settingsOf(plugin)?.launcher?.name ?? []))
  return [...launchers].flatMap((launcher) =>
    (PROGRAMS[launcher] ?? []).map((program) => {
      const path = (process.env.PATH ?? '')
        .split(delimiter)
        .map((folder) => join(folder, program))
        .find((file) => existsSync(file))
      return { launcher, program, ...(path !== undefined && { path }) }
    }),
  )
}
