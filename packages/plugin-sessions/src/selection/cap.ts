import type { PluginApi } from '@sftkit/core'

/** Keeps the rows of the first sessions, in the order of the input, however many threads read them. */
export function capSessions(
  api: PluginApi,
  name: string,
  most: number,
  concerns: (format: string) => boolean,
): void {
  const measured = `${name}.session`
  api.measure(measured, (example) => (concerns(example.source.format) ? example.session : undefined))
  api.select(({ index, drop }) => {
    const taken = new Set<string>()
    const left: string[] = []
    const rows = index.query(
      `select e.example_id as id, m.value as session from examples e
       join measures m on m.example_id = e.example_id and m.name = ?
       where e.dropped is null order by e.ordinal`,
      measured,
    )
    for (const { id, session } of rows) {
      if (taken.size < most) taken.add(String(session))
      if (!taken.has(String(session))) left.push(String(id))
    }
    for (const id of left) drop(id, 'max-sessions', `more than ${most}`)
  })
}
