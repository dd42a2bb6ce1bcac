import { describePlugins } from '@sftkit/core'
import { callersDirectory, findEnvironment } from '../environment.ts'
import { table } from '../table.ts'

/** `sft plugins`: hooks, who taps them and in which order; loaders and formats. */
export async function pluginsCommand(flags: object): Promise<void> {
  const { config, json = false } = flags as { readonly config?: string; readonly json?: boolean }
  const { config: resolved, ...overview } = await describePlugins(await findEnvironment(config), {
    cwd: callersDirectory(),
  })
  if (json) {
    process.stdout.write(`${JSON.stringify({ config: resolved.file ?? null, ...overview })}\n`)
    return
  }
  const { hooks, loaders, formats, plugins } = overview
  const parts = [
    `config: ${resolved.file ?? 'none; the default preset'}`,
    '',
    table(
      ['plugin', 'version'],
      plugins.map(({ name, version }) => [name, version]),
    ),
    '',
    table(
      ['hook', 'tapped by, in order'],
      hooks.map(({ hook, taps }) => [hook, taps.join(', ')]),
    ),
    '',
    table(
      ['loader', 'plugin', 'looks for'],
      loaders.map(({ name, plugin, looksFor }) => [name, plugin, looksFor]),
    ),
    '',
    table(
      ['format', 'plugin', 'takes'],
      formats.map(({ name, plugin, takes }) => [name, plugin, takes.join(', ')]),
    ),
  ]
  process.stdout.write(`${parts.join('\n')}\n`)
}
