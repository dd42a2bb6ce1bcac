/** A chat row as a line of JSON, without its newline. */
export function chatLine(session: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    session_id: session,
    messages: [
      { role: 'user', content: `question of ${session}` },
      { role: 'assistant', content: `answer to ${session}` },
    ],
    ...more,
  })
}

/** So many chat rows, each a session of its own, as JSON lines. */
export function chatLines(count: number, prefix = 's'): string {
  return Array.from({ length: count }, (_, number) => `${chatLine(`${prefix}${number}`)}\n`).join('')
}

/** A task's attempts: rows that share their group. */
export function attemptLine(task: string, attempt: string, text = `${task} ${attempt}`): string {
  return JSON.stringify({
    instance_id: task,
    run_id: attempt,
    messages: [
      { role: 'user', content: `solve ${task}` },
      { role: 'assistant', content: text },
    ],
  })
}
