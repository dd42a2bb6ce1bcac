// Looks at what `npm run demo` wrote: the files are there, their hashes hold, the rows are rows, no group straddles,
// and the model learned something, was verified, and answers with a call. `--trained` asks for a model, `--served` for
// one that answers.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openingAnswer } from './demo-answer.mjs'

const out = join(dirname(dirname(fileURLToPath(import.meta.url))), 'examples', 'quickstart', 'out')
const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))
const problems = []

const groupSplits = new Map()
let rows = 0
for (const { format, splits } of manifest.datasets) {
  for (const [split, files] of Object.entries(splits)) {
    for (const file of files) {
      const bytes = readFileSync(join(out, file.path))
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      if (sha256 !== file.sha256) problems.push(`${file.path}: the hash differs from the manifest's`)
      const lines = bytes.toString('utf8').split('\n').filter(Boolean)
      if (lines.length !== file.rows)
        problems.push(`${file.path}: ${lines.length} rows, the manifest says ${file.rows}`)
      if (lines.length === 0) problems.push(`${file.path}: empty`)
      for (const line of lines) {
        rows++
        const { messages, prompt, metadata } = JSON.parse(line)
        const learned = ['preference', 'unpaired'].includes(format) ? prompt : messages
        if (!Array.isArray(learned) || learned.length === 0)
          problems.push(`${file.path}: a row of ${format} without messages`)
        const other = groupSplits.get(metadata.group) ?? split
        if (other !== split) problems.push(`group ${metadata.group} stands in ${other} and ${split}`)
        groupSplits.set(metadata.group, split)
      }
    }
  }
}
if (rows === 0) problems.push('no rows at all')

// Trained where the machine has what it takes: with curve, metrics and finite losses that fall.
const model = join(out, 'model')
if (existsSync(model)) {
  const { finalLoss, metrics } = JSON.parse(readFileSync(join(model, 'metrics.json'), 'utf8'))
  const losses = metrics.flatMap(({ loss }) => (typeof loss === 'number' ? [loss] : []))
  if (losses.length < 2) problems.push('model/metrics.json: fewer than two losses')
  if (finalLoss !== losses.at(-1)) problems.push('model/metrics.json: finalLoss is not the last logged loss')
  if (!(finalLoss < losses[0])) problems.push(`the loss did not fall: ${losses[0]} → ${finalLoss}`)
  if (!existsSync(join(model, 'final', 'model.safetensors'))) problems.push('model/final: no weights')
  if (!readFileSync(join(model, 'loss.svg'), 'utf8').includes('<polyline'))
    problems.push('model/loss.svg: no curve')
} else if (process.argv.includes('--trained')) problems.push('nothing was trained')

// Converted where llama.cpp could be had: every gate passed but those that this machine cannot run, and a call came.
if (existsSync(join(model, 'verify.json'))) {
  const { gates } = JSON.parse(readFileSync(join(model, 'verify.json'), 'utf8'))
  for (const { gate, status } of gates) {
    if (status !== 'passed' && (gate !== 'live' || status === 'failed'))
      problems.push(`model/verify.json: ${gate} ${status}`)
  }
  const answer = openingAnswer(out)
  if (answer === undefined) problems.push('model/eval.json: no first request of a conversation')
  else if (answer.trained.end !== 'stop' || answer.trained.valid === 0)
    problems.push(`the model did not answer with a call: ${JSON.stringify(answer.trained.said)}`)
} else if (process.argv.includes('--served')) problems.push('nothing was converted')

for (const problem of problems) process.stderr.write(`demo: ${problem}\n`)
process.stdout.write(`demo: ${rows} rows in ${groupSplits.size} groups, ${problems.length} problems\n`)
process.exitCode = problems.length === 0 ? 0 : 1
