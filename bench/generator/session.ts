import { pythonJson } from './python-json.ts'
import { createRandom, type Random } from './random.ts'
import { prose, toolText } from './texts.ts'
import { toolDefinitions } from './tools.ts'

type Data = { [key: string]: string | number | boolean | null | Data | Data[] | string[] }

const models = ['claude-opus-4', 'claude-sonnet-4', 'kimi-k2', 'gpt-5', 'qwen3-coder', 'local-model']
const flavors = ['cpu-basic', 't4-small', 'a10g-large', 'a10g-largex2', 'a100-large', 'h100']
const start = Date.UTC(2026, 0, 5)

/**
 * One session as an ml-intern row: a JSON line with its long columns encoded once more, by Python's rules.
 * About 200 KB on average; every tool output and answer stands in the messages and again in the events.
 */
export function sessionLine(seed: number, index: number): string {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const unicode = random.chance(0.25)
  const model = random.pick(models)
  const messages: Data[] = [{ role: 'system', content: prose(random, 60, false) }]
  const events: Data[] = []
  let time = start + index * 600_000
  let cost = 0
  let tokens = 0
  const stamp = () => {
    time += random.between(200, 9000)
    return new Date(time).toISOString().replace('Z', '000')
  }
  const event = (event_type: string, data: Data) => events.push({ timestamp: stamp(), event_type, data })

  const callModel = (finish_reason: string) => {
    const cost_usd = Math.round(random.next() * 20_000) / 1e6
    const prompt_tokens = random.between(2000, 60_000)
    cost += cost_usd
    tokens += prompt_tokens
    event('llm_call', {
      model,
      latency_ms: random.between(400, 20_000),
      finish_reason,
      cost_usd,
      kind: 'main',
      prompt_tokens,
      completion_tokens: random.between(20, 900),
      total_tokens: prompt_tokens + 300,
    })
  }

  const callTool = (id: string, name: string, input: Data): void => {
    event('tool_call', { tool: name, arguments: input, tool_call_id: id })
    if (name === 'hf_jobs')
      event('hf_job_submit', {
        job_id: random.hex(24),
        flavor: random.pick(flavors),
        push_to_hub: random.chance(0.3),
      })
    if (name === 'sandbox_create')
      event('sandbox_create', { sandbox_id: random.hex(8), hardware: random.pick(flavors) })
    const output = toolText(random, Math.round(300 + random.next() ** 3 * 9_500), unicode)
    if (name === 'hf_jobs')
      event('hf_job_complete', {
        final_status: random.pick(['COMPLETED', 'ERROR', 'TIMEOUT']),
        wall_time_s: random.between(20, 4000),
      })
    event('tool_output', { tool: name, output, success: random.chance(0.9), tool_call_id: id })
    messages.push({ role: 'tool', content: output, tool_call_id: id, name })
  }

  const turns = random.between(1, 4)
  for (let turn = 0; turn < turns; turn += 1) {
    messages.push({ role: 'user', content: prose(random, random.between(1, 6), unicode), timestamp: stamp() })
    event('processing', { message: 'Processing user input' })
    const steps = random.between(3, 13)
    for (let step = 0; step < steps; step += 1) {
      const calls = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => {
        const [name, input] = toolInput(random, unicode)
        return { id: `call_${random.hex(24)}`, name, input }
      })
      const text = random.chance(0.6) ? prose(random, random.between(1, 4), false) : ''
      callModel('tool_calls')
      if (text !== '') event('assistant_message', { content: text })
      messages.push({
        role: 'assistant',
        content: text,
        tool_calls: calls.map(({ id, name, input }) => ({
          id,
          type: 'function',
          function: { name, arguments: pythonJson(input) },
        })),
      })
      for (const { id, name, input } of calls) callTool(id, name, input)
    }
    if (random.chance(0.04)) event('error', { error: 'the endpoint closed the connection' })
    callModel('stop')
    const answer = prose(random, random.between(3, 12), unicode)
    event('assistant_message', { content: answer })
    messages.push({ role: 'assistant', content: answer })
    if (random.chance(0.06)) event('interrupted', {})
    else event('turn_complete', { history_size: messages.length })
  }
  if (random.chance(0.05)) event('compacted', { old_tokens: 170_000, new_tokens: 40_000 })
  if (random.chance(0.3)) event('feedback', { rating: random.pick(['up', 'up', 'down']), turn_index: turns })

  return pythonJson({
    session_id: [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-'),
    session_start_time: new Date(start + index * 600_000).toISOString().replace('Z', '000'),
    session_end_time: stamp(),
    model_name: model,
    messages: pythonJson(messages),
    events: pythonJson(events),
    tools: pythonJson(random.chance(0.95) ? toolDefinitions : toolDefinitions.slice(0, 8)),
    total_cost_usd: Number(cost.toFixed(6)),
    usage_llm_calls: events.filter((one) => one.event_type === 'llm_call').length,
    usage_total_tokens: tokens,
  })
}

function toolInput(random: Random, unicode: boolean): [name: string, input: Data] {
  const name = random.pick([
    'bash',
    'bash',
    'bash',
    'read',
    'read',
    'edit',
    'write',
    'hf_papers',
    'hf_inspect_dataset',
    'github_read_file',
    'plan',
    'hf_jobs',
    'sandbox_create',
  ])
  switch (name) {
    case 'bash':
      return [
        name,
        {
          command: `cd /app && python -c "${prose(random, 1, false)}" 2>&1 | tail -n ${random.between(5, 50)}`,
          timeout: 600,
        },
      ]
    case 'write':
      return [name, { path: '/app/train.py', content: toolText(random, random.between(500, 5000), unicode) }]
    case 'edit':
      return [
        name,
        { path: '/app/train.py', old: toolText(random, 200, false), new: toolText(random, 400, unicode) },
      ]
    case 'hf_jobs':
      return [
        name,
        {
          operation: 'run',
          script: `${random.chance(0.5) ? 'from trl import SFTTrainer\n' : ''}${toolText(random, random.between(800, 4000), unicode)}`,
          flavor: random.pick(flavors),
        },
      ]
    case 'sandbox_create':
      return [name, { hardware: random.pick(flavors) }]
    case 'plan':
      return [name, { todos: [{ id: '1', content: prose(random, 1, unicode), status: 'pending' }] }]
    default:
      return [name, { path: `src/${random.hex(4)}.py`, query: prose(random, 1, false) }]
  }
}
