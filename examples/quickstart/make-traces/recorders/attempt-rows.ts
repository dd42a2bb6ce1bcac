import type { RecordedMessage, Recording } from '../recording.ts'

/** One row for each answer of the agent, each with everything up to it: a row is a prefix of the next. */
export function attemptRows(recording: Recording) {
  const turns = plainTurns(recording.messages)
  const ends = turns.flatMap((turn, index) => (turn.role === 'assistant' ? [index + 1] : []))
  return ends.map((end, episode) => ({
    conversations: turns.slice(0, end),
    agent: 'scripted-agent',
    model: recording.model,
    model_provider: 'scripted',
    date: recording.startedAt,
    task: recording.task.name,
    episode: `episode-${episode}`,
    run_id: 'quickstart',
    trial_name: `${recording.task.name}__${recording.id.slice(0, 7)}`,
    result: recording.events.some((event) => event.event_type === 'interrupted')
      ? 'AgentInterruptedError'
      : recording.resolved
        ? '1.0'
        : '0.0',
    instruction: recording.task.request,
    verifier_output: recording.verification,
  }))
}

/** Only user and assistant, only text: calls are written out, the results of one turn are joined. */
function plainTurns(messages: readonly RecordedMessage[]) {
  const turns: { role: 'user' | 'assistant'; content: string }[] = []
  let results: string[] = []
  const flush = () => {
    if (results.length > 0) turns.push({ role: 'user', content: results.join('\n') })
    results = []
  }
  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(message.content)
      continue
    }
    flush()
    if (message.role === 'assistant') turns.push({ role: 'assistant', content: assistantText(message) })
    else turns.push({ role: 'user', content: message.content })
  }
  flush()
  return turns
}

function assistantText(message: RecordedMessage): string {
  const thinking = message.reasoning === undefined ? [] : [`<think>${message.reasoning}</think>`]
  const calls = (message.calls ?? []).map(
    (call) => `<tool_call>\n${JSON.stringify({ name: call.name, arguments: call.arguments })}\n</tool_call>`,
  )
  return [...thinking, ...(message.content === '' ? [] : [message.content]), ...calls].join('\n')
}
