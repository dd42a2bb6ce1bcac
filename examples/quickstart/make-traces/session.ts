import { readFileSync } from 'node:fs'
import { createClock } from './clock.ts'
import { sessionId } from './identity.ts'
import type { JsonRecord, RecordedCall, RecordedEvent, RecordedMessage, Recording } from './recording.ts'
import { type Task, testCommand } from './task.ts'
import { runTool, toolMilliseconds } from './tools.ts'
import { type Finished, openWorkspace, type Workspace } from './workspace.ts'

export interface Turn {
  readonly thinking?: string
  readonly text?: string
  readonly calls?: readonly (readonly [name: string, input: JsonRecord])[]
}

/** What a persona acts through: each call is recorded as it happens. */
export interface Session {
  readonly task: Task
  readonly attempt: number
  /** A file as it is now, for the persona's own look; nothing is recorded. */
  peek(path: string): string
  /** A file as the project was handed over. */
  original(path: string): string
  user(text: string): void
  /** One answer of the agent; its tools are run and their results returned in order. */
  turn(turn: Turn): Promise<readonly Finished[]>
  /** Ends the agent's turn with a text. */
  finish(text: string): Promise<void>
  event(type: string, data: JsonRecord): void
  wait(seconds: number): void
}

export interface SessionPlan {
  readonly task: Task
  readonly persona: string
  readonly model: string
  readonly attempt: number
  readonly startedAt: string
  readonly act: (session: Session) => Promise<void>
}

const systemText =
  'You repair small software projects. Look at the project before you change it, run its tests after each change, and say plainly when something does not work.'

/** US dollars for a character in and out: a made-up price, so that cost columns have something to say. */
const price = { prompt: 0.4e-6, completion: 2e-6 }

/** Lets a persona work on a fresh copy of the project and returns what was recorded. */
export async function recordSession(plan: SessionPlan): Promise<Recording> {
  const workspace = openWorkspace(plan.task)
  try {
    return await record(plan, workspace)
  } finally {
    workspace.remove()
  }
}

async function record(plan: SessionPlan, workspace: Workspace): Promise<Recording> {
  const id = sessionId(plan.task.name, plan.persona, plan.attempt, plan.startedAt)
  const clock = createClock(plan.startedAt)
  const messages: RecordedMessage[] = [{ role: 'system', content: systemText, timestamp: clock.now() }]
  const events: RecordedEvent[] = []
  const event = (event_type: string, data: JsonRecord) =>
    events.push({ timestamp: clock.now(), event_type, data })
  let calls = 0

  const callModel = (turn: Turn) => {
    const prompt = messages.reduce((sum, message) => sum + message.content.length, 0)
    const completion = JSON.stringify(turn).length
    const latency_ms = 600 + completion * 4
    clock.advance(latency_ms)
    event('llm_call', {
      model: plan.model,
      kind: 'main',
      latency_ms,
      finish_reason: turn.calls === undefined ? 'stop' : 'tool_calls',
      prompt_tokens: Math.ceil(prompt / 4),
      completion_tokens: Math.ceil(completion / 4),
      total_tokens: Math.ceil(prompt / 4) + Math.ceil(completion / 4),
      cost_usd: Number((prompt * price.prompt + completion * price.completion).toFixed(6)),
    })
  }

  const runCall = async (call: RecordedCall): Promise<Finished> => {
    event('tool_call', { tool: call.name, arguments: call.arguments, tool_call_id: call.id })
    const job = call.name === 'hf_jobs' ? `job-${id.slice(0, 6)}-${call.id.slice(5)}` : undefined
    if (job !== undefined)
      event('hf_job_submit', { job_id: job, flavor: call.arguments.flavor, push_to_hub: false })
    const result = await runTool(plan.task, workspace, call.name, call.arguments)
    clock.advance(toolMilliseconds[call.name] ?? 100)
    if (job !== undefined) {
      const final_status = result.ok ? 'COMPLETED' : 'ERROR'
      event('hf_job_complete', {
        job_id: job,
        final_status,
        wall_time_s: (toolMilliseconds.hf_jobs ?? 0) / 1000,
      })
    }
    event('tool_output', {
      tool: call.name,
      output: result.output,
      success: result.ok,
      tool_call_id: call.id,
    })
    messages.push({
      role: 'tool',
      content: result.output,
      callId: call.id,
      name: call.name,
      timestamp: clock.now(),
    })
    return result
  }

  const takeTurn = async (turn: Turn): Promise<readonly Finished[]> => {
    callModel(turn)
    const own = turn.calls?.map(([name, input]) => ({ id: `call_${++calls}`, name, arguments: input }))
    messages.push({
      role: 'assistant',
      content: turn.text ?? '',
      ...(turn.thinking !== undefined && { reasoning: turn.thinking }),
      ...(own !== undefined && { calls: own }),
      timestamp: clock.now(),
    })
    if (turn.text !== undefined) event('assistant_message', { content: turn.text })
    const results: Finished[] = []
    for (const call of own ?? []) results.push(await runCall(call))
    return results
  }

  event('ready', { message: 'Agent initialized' })
  await plan.act({
    task: plan.task,
    attempt: plan.attempt,
    peek: (path) => workspace.read(path).output,
    original: (path) =>
      readFileSync(new URL(`projects/${plan.task.name}/repo/${path}`, import.meta.url), 'utf8'),
    user: (text) => {
      clock.advance(900)
      messages.push({ role: 'user', content: text, timestamp: clock.now() })
      event('processing', { message: 'Processing user input' })
    },
    turn: takeTurn,
    finish: async (text) => {
      await takeTurn({ text })
      event('turn_complete', { history_size: messages.length })
    },
    event,
    wait: (seconds) => clock.advance(seconds * 1000),
  })
  const endedAt = clock.now()
  const check = await workspace.run(testCommand(plan.task))
  return {
    id,
    task: plan.task,
    persona: plan.persona,
    model: plan.model,
    attempt: plan.attempt,
    startedAt: plan.startedAt,
    endedAt,
    messages,
    events,
    resolved: check.ok,
    verification: check.output,
  }
}
