import type { Plugin, PluginApi } from '@sftkit/core'

/** What a plugin's `setup` did. */
export interface SetupReport {
  /** What it registered: `tag`, `format(messages)`. */
  readonly registered: string[]
  /** What was registered after `setup` had returned. */
  readonly late: string[]
  /** What else it changed in the process. */
  readonly effects: string[]
  returned?: unknown
}

/** The same plugin, with an eye on its `setup`. */
export function watchSetup(plugin: Plugin): { readonly plugin: Plugin; readonly report: SetupReport } {
  const report: SetupReport = { registered: [], late: [], effects: [] }
  const setup: Plugin['setup'] = (api) => {
    let open = true
    const before = processState()
    const returned: unknown = plugin.setup(
      noting(api, (what) => (open ? report.registered : report.late).push(what)),
    )
    open = false
    const after = processState()
    for (const [what, value] of before) if (after.get(what) !== value) report.effects.push(what)
    if (returned !== undefined) report.returned = returned
    return returned as undefined
  }
  return { plugin: { ...plugin, setup }, report }
}

function noting(api: PluginApi, note: (what: string) => void): PluginApi {
  return Object.fromEntries(
    Object.entries(api).map(([hook, register]) => [
      hook,
      (...args: unknown[]) => {
        note(typeof args[0] === 'string' ? `${hook}(${args[0]})` : hook)
        return (register as (...given: unknown[]) => unknown)(...args)
      },
    ]),
  ) as unknown as PluginApi
}

/** What a program can change about its process, as texts to compare. */
function processState(): Map<string, string> {
  return new Map([
    ['an environment variable', JSON.stringify(process.env)],
    ['the working directory', process.cwd()],
    ['a global variable', Object.getOwnPropertyNames(globalThis).sort().join()],
    [
      'a listener on process',
      process
        .eventNames()
        .map((name) => `${String(name)} ${process.listenerCount(name)}`)
        .join(),
    ],
    ['a timer, file, connection or process', process.getActiveResourcesInfo().sort().join()],
  ])
}
