import type { JsonObject } from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { tagSession } from '../src/tag-session.ts'
import { logged, unlogged } from './session.ts'

/** The tags of one namespace, under both rules. */
function both(
  namespace: string,
  session: Parameters<typeof tagSession>[0],
): { mlIntern: string[]; precise: string[] } {
  const of = (rules: 'ml-intern' | 'precise') =>
    tagSession(session, rules).flatMap((tag) =>
      tag.startsWith(`${namespace}:`) ? [tag.slice(namespace.length + 1)] : [],
    )
  return { mlIntern: of('ml-intern'), precise: of('precise') }
}

const output = (text: string, tool = 'bash'): [string, JsonObject] => ['tool_output', { tool, output: text }]
const submit = (flavor: string): [string, JsonObject] => ['hf_job_submit', { flavor }]

describe('out of memory', () => {
  it.each([
    'a bathroom',
    'zoom in',
    'bigscience/bloom-560m',
    'a roomy mushroom',
    'oom_score_adj',
    'to avoid OOM, lower it',
  ])('is not in: %s', (text) => {
    expect(both('hf_job', logged([output(text)]))).toEqual({ mlIntern: ['oom'], precise: [] })
  })

  it.each([
    'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
    'torch.OutOfMemoryError',
    'RuntimeError: HIP out of memory.',
    'MPS backend out of memory (MPS allocated: 8 GB)',
    'RESOURCE_EXHAUSTED: Out of memory while trying to allocate 12 bytes',
    'CUDA_ERROR_OUT_OF_MEMORY: out of memory',
    'Out of memory: Killed process 4711 (python)',
    'the worker was OOM-killed',
    'reason: OOMKilled',
    'Process exited with exit code 137',
    'exit status: 137',
    'bash: line 1: 4711 Killed python train.py (137)',
    'RuntimeError: DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes',
    'OOM at step 12',
  ])('is in: %s', (text) => {
    expect(both('hf_job', logged([output(text)])).precise).toEqual(['oom'])
  })

  it.each([
    '137 rows written',
    'error code 1370',
    'loss.py line 137',
    'runs out of memory lane',
    'exit code 13',
  ])('is not read into: %s', (text) => {
    expect(both('hf_job', logged([output(text)])).precise).toEqual([])
  })

  it('is not taken from what was only looked up', () => {
    const page = output('How to fix: CUDA out of memory', 'github_read_file')
    expect(both('hf_job', logged([page]))).toEqual({ mlIntern: ['oom'], precise: [] })
  })

  it('is taken from the running log of a job', () => {
    const log: [string, JsonObject] = ['tool_log', { tool: 'hf_jobs', log: 'CUDA out of memory.' }]
    expect(both('hf_job', logged([log]))).toEqual({ mlIntern: [], precise: ['oom'] })
  })

  it('is taken from tool messages where there is no log, and not from what the assistant says', () => {
    const call = { id: 'c1', name: 'bash', arguments: {} }
    const said = unlogged([{ role: 'assistant', content: 'CUDA out of memory', toolCalls: [call] }])
    const seen = unlogged([
      ...said.messages,
      { role: 'tool', toolCallId: 'c1', content: 'CUDA out of memory' },
    ])
    expect(both('hf_job', said)).toEqual({ mlIntern: [], precise: [] })
    expect(both('hf_job', seen)).toEqual({ mlIntern: ['oom'], precise: ['oom'] })
  })
})

describe('outcome', () => {
  it.each([
    { log: ['error', 'turn_complete'], mlIntern: ['errored'], precise: ['completed'] },
    { log: ['turn_complete', 'error'], mlIntern: ['completed'], precise: ['errored'] },
    { log: ['turn_complete', 'interrupted'], mlIntern: ['interrupted'], precise: ['interrupted'] },
    { log: ['error', 'interrupted', 'turn_complete'], mlIntern: ['interrupted'], precise: ['completed'] },
    { log: ['interrupted', 'error'], mlIntern: ['interrupted'], precise: ['errored'] },
    {
      log: ['turn_complete', 'compacted'],
      mlIntern: ['completed', 'context_exceeded'],
      precise: ['completed', 'context_exceeded'],
    },
    { log: ['processing'], mlIntern: ['ongoing'], precise: ['ongoing'] },
  ])('of $log', ({ log, mlIntern, precise }) => {
    const tags = both('outcome', logged(log))
    expect(tags.mlIntern.toSorted()).toEqual(mlIntern.toSorted())
    expect(tags.precise.toSorted()).toEqual(precise.toSorted())
  })

  it('knows a context that overflowed without a compaction', () => {
    const error: [string, JsonObject] = [
      'error',
      { error: "This model's maximum context length is 8192 tokens" },
    ]
    expect(both('outcome', logged([error]))).toEqual({
      mlIntern: ['errored'],
      precise: ['context_exceeded', 'errored'],
    })
  })

  it('keeps a limit and the unknown apart where the trace states its outcome', () => {
    expect(both('outcome', unlogged([], { outcome: { status: 'limit' } }))).toEqual({
      mlIntern: ['interrupted'],
      precise: ['limit'],
    })
    expect(both('outcome', unlogged([]))).toEqual({ mlIntern: ['ongoing'], precise: ['unknown'] })
  })
})

describe('gpu', () => {
  it.each([
    { flavor: 'l4x1', mlIntern: ['l40s'], precise: ['l4'] },
    { flavor: 'l4x4', mlIntern: ['l40s', 'multi'], precise: ['l4', 'multi'] },
    { flavor: 'l40sx8', mlIntern: ['l40s', 'multi'], precise: ['l40s', 'multi'] },
    { flavor: 'a10g-largex2', mlIntern: ['a10g', 'multi'], precise: ['a10g', 'multi'] },
    { flavor: 'a100-large', mlIntern: ['a100'], precise: ['a100'] },
    { flavor: 'a100x8', mlIntern: ['a100', 'multi'], precise: ['a100', 'multi'] },
    { flavor: 'h200', mlIntern: ['none'], precise: ['h200'] },
    { flavor: 'h200x8', mlIntern: ['multi'], precise: ['h200', 'multi'] },
    { flavor: 'rtx-pro-6000', mlIntern: ['none'], precise: ['rtx-pro-6000'] },
    { flavor: 'rtx-pro-6000x2', mlIntern: ['multi'], precise: ['multi', 'rtx-pro-6000'] },
    { flavor: 'b200x8', mlIntern: ['multi'], precise: ['b200', 'multi'] },
    { flavor: 'zero-a10g', mlIntern: ['none'], precise: ['zero'] },
    { flavor: 'v5e-2x2', mlIntern: ['multi'], precise: ['multi', 'tpu'] },
    { flavor: 'v5e-1x1', mlIntern: ['none'], precise: ['tpu'] },
    { flavor: 'inf2x6', mlIntern: ['none'], precise: ['inferentia', 'multi'] },
    { flavor: 'sprx8', mlIntern: ['multi'], precise: ['none'] },
    { flavor: 'cpu-performance', mlIntern: ['none'], precise: ['none'] },
    { flavor: 'quantum-1', mlIntern: ['none'], precise: ['unknown'] },
    { flavor: 'T4-small', mlIntern: ['none'], precise: ['t4'] },
  ])('of $flavor', ({ flavor, mlIntern, precise }) => {
    expect(both('gpu', logged([submit(flavor)]))).toEqual({ mlIntern, precise })
  })

  it('is none only where no job had one', () => {
    const session = logged([submit('cpu-basic'), submit('t4-small')])
    expect(both('gpu', session)).toEqual({ mlIntern: ['t4'], precise: ['t4'] })
  })

  it('makes a sandbox one with a gpu, without, or of unknown hardware', () => {
    const on = (hardware: string) => both('sandbox', logged([['sandbox_create', { hardware }]]))
    expect(on('h200')).toEqual({ mlIntern: ['cpu', 'created'], precise: ['created', 'gpu'] })
    expect(on('cpu-xl')).toEqual({ mlIntern: ['cpu', 'created'], precise: ['cpu', 'created'] })
    expect(on('quantum-1')).toEqual({ mlIntern: ['cpu', 'created'], precise: ['created', 'unknown'] })
  })
})

describe('what is not known', () => {
  it('has a cost only where the log or the usage has one', () => {
    expect(both('cost', logged([]))).toEqual({ mlIntern: ['low'], precise: ['unknown'] })
    expect(both('cost', logged([['llm_call', { cost_usd: null }]]))).toEqual({
      mlIntern: ['low'],
      precise: ['unknown'],
    })
    expect(both('cost', logged([['llm_call', { cost_usd: 0 }]])).precise).toEqual(['low'])
    expect(both('cost', logged([], { usage: { costUsd: 3 } }))).toEqual({
      mlIntern: ['low'],
      precise: ['high'],
    })
    expect(both('cost', unlogged([], { usage: { costUsd: 0.5 } }))).toEqual({
      mlIntern: ['med'],
      precise: ['med'],
    })
  })

  it('has no number of turns without messages', () => {
    expect(both('turns', unlogged([]))).toEqual({ mlIntern: ['short'], precise: ['unknown'] })
  })

  it('has a model of no known family, or none', () => {
    expect(both('model', logged([], { model: 'octopus-v2' }))).toEqual({
      mlIntern: ['opus'],
      precise: ['other'],
    })
    expect(both('model', logged([]))).toEqual({ mlIntern: ['other'], precise: ['unknown'] })
    expect(both('model', logged([], { model: 'openai/o3-mini' }))).toEqual({
      mlIntern: ['other'],
      precise: ['gpt'],
    })
    expect(both('model', logged([], { model: 'zai-org/GLM-4.6' }))).toEqual({
      mlIntern: ['other'],
      precise: ['glm'],
    })
  })
})

describe('task', () => {
  const job = (args: JsonObject): [string, JsonObject] => ['tool_call', { tool: 'hf_jobs', arguments: args }]

  it('reads a command given as a list of arguments', () => {
    const session = logged([job({ command: ['python', 'train.py', '--epochs', '3'] })])
    expect(both('task', session)).toEqual({ mlIntern: [], precise: ['training'] })
  })

  it('takes neither an endpoint for DPO nor an import of transformers for training', () => {
    expect(both('task', logged([job({ script: 'curl $ENDPOINT' })]))).toEqual({
      mlIntern: ['training'],
      precise: [],
    })
    const pipeline = job({ script: 'from transformers import pipeline' })
    expect(both('task', logged([pipeline]))).toEqual({ mlIntern: ['training'], precise: [] })
    expect(both('task', logged([job({ script: 'from trl import DPOTrainer' })]))).toEqual({
      mlIntern: ['training'],
      precise: ['training'],
    })
  })

  it('finds a job whose call waited for approval, and so is in the messages only', () => {
    const call = { id: 'c', name: 'hf_jobs', arguments: { script: 'trainer.train()' } }
    const session = logged([], { messages: [{ role: 'assistant', content: '', toolCalls: [call] }] })
    expect(both('task', session)).toEqual({ mlIntern: [], precise: ['training'] })
    expect(both('tool', session)).toEqual({ mlIntern: [], precise: ['hf_jobs'] })
  })
})

describe('jobs, sandboxes, feedback', () => {
  it("reads the Hub's own spelling of a cancelled job", () => {
    const session = logged([['hf_job_complete', { final_status: 'CANCELED' }]])
    expect(both('hf_job', session)).toEqual({ mlIntern: [], precise: ['failed'] })
  })

  it('counts the longest of several sandboxes', () => {
    const log: [string, JsonObject][] = [
      ['sandbox_create', {}],
      ['sandbox_destroy', { lifetime_s: 4000 }],
      ['sandbox_create', {}],
      ['sandbox_destroy', { lifetime_s: 10 }],
    ]
    expect(both('sandbox', logged(log))).toEqual({
      mlIntern: ['created'],
      precise: ['created', 'long_lived'],
    })
  })

  it('reads ratings that a loader keeps in the metadata', () => {
    const rated = unlogged([], { metadata: { feedback: [{ rating: 'up' }, 'down'] } })
    expect(both('feedback', rated)).toEqual({ mlIntern: ['mixed'], precise: ['mixed'] })
  })
})
