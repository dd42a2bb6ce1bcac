import { counted, type RunIndex } from '@sftkit/core'

/** What the log says of trials that taught nothing: why the answers could not be used. @param plugin its name */
export function withoutHints(index: RunIndex, plugin: string): string | undefined {
  const [dropped] = index.query(
    "select count(*) as trials from drops where plugin = ? and reason = 'no-hints'",
    plugin,
  )
  const trials = Number(dropped?.trials ?? 0)
  if (trials === 0) return undefined
  const [asked] = index.query(
    "select count(*) as attempts from losses where plugin = ? and field = 'hints' and detail <> 'no answer: not-asked'",
    plugin,
  )
  const [notAsked] = index.query(
    "select count(*) as attempts from losses where plugin = ? and field = 'hints' and detail = 'no answer: not-asked'",
    plugin,
  )
  // A dry run asks nobody, and says itself what it would ask.
  if (Number(asked?.attempts ?? 0) === 0 && Number(notAsked?.attempts ?? 0) > 0) return undefined
  const why = [
    ...index.query(
      "select detail, sum(count) as times from losses where plugin = ? and field = 'hints' group by detail order by times desc, detail",
      plugin,
    ),
  ].map(({ detail, times }) => `${String(detail)} (${Number(times).toLocaleString('en-US')})`)
  const what = `${counted(trials, 'trial has', 'trials have')} no hints, and so no task`
  return why.length === 0
    ? `${what}: the answers held none that could be kept`
    : `${what}. Attempts without an answer that can be used: ${why.join(', ')}; losses.jsonl has them. \`sft run --fresh\` asks again`
}
