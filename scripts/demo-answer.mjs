// What the demo's model answered to rows that it was not trained on, as `sft eval` wrote it down.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The model's name, and the version of the Ollama that has it, if one does. */
export function servedModel(out) {
  const { model, ollama } = readJson(join(out, 'model', 'verify.json'))
  return { name: model, ollama }
}

/**
 * How the model answered the first request of a conversation that has tools: best one as it was recorded, else one with a
 * call that can be run.
 */
export function openingAnswer(out) {
  const { outcomes, models } = readJson(join(out, 'model', 'eval.json'))
  const engine = models.find(({ role }) => role === 'trained').engine
  const openings = outcomes.flatMap((outcome) => {
    const { messages, tools } = rowOf(out, outcome)
    if (!Array.isArray(tools) || tools.length === 0) return []
    const before = messages.slice(0, outcome.turn)
    if (!outcome.trained.callsExpected || before.some(({ role }) => role === 'assistant')) return []
    return [{ ...outcome, engine, prompt: before.findLast(({ role }) => role === 'user').content }]
  })
  return (
    openings.find(({ trained }) => trained.right) ??
    openings.find(({ trained }) => trained.valid > 0) ??
    openings[0]
  )
}

export function answerText({ file, line, engine, prompt, trained, expected }) {
  return [
    `${file} line ${line}, answered by ${engine}`,
    ...block('prompt', prompt),
    ...block('model', trained.said.text, [...trained.said.calls.map(call), ...trained.said.broken]),
    ...block('recorded', expected.text, expected.calls.map(call)),
  ].join('\n')
}

function block(who, text, calls = []) {
  return [text, ...calls]
    .filter((part) => part.trim() !== '')
    .map((part, at) => `  ${(at === 0 ? who : '').padEnd(10)}${part.trim().replace(/\s+/g, ' ')}`)
}

function call({ name, arguments: args }) {
  return `→ ${name} ${JSON.stringify(args)}`
}

function rowOf(out, { file, line }) {
  const path = join(out, 'dataset', 'messages', file)
  return JSON.parse(readFileSync(path, 'utf8').split('\n')[line - 1])
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
