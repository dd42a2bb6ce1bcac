/**
 * Writes session rows of any total size.
 *
 *     node bench/generate.ts --bytes 800MB --out bench/data/sessions-800mb.jsonl [--seed 1]
 */
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { sessionLine } from './generator/session.ts'
import { parseBytes } from './harness/sizes.ts'

const { values } = parseArgs({
  options: { bytes: { type: 'string' }, out: { type: 'string' }, seed: { type: 'string', default: '1' } },
})
if (values.bytes === undefined || values.out === undefined) {
  process.stderr.write('usage: node bench/generate.ts --bytes 800MB --out FILE [--seed 1]\n')
  process.exit(2)
}

const wanted = parseBytes(values.bytes)
mkdirSync(dirname(values.out), { recursive: true })
const file = createWriteStream(values.out, { highWaterMark: 8 << 20 })
let written = 0
let rows = 0
while (written < wanted) {
  const line = `${sessionLine(Number(values.seed), rows)}\n`
  written += line.length
  rows += 1
  if (!file.write(line, 'latin1')) await once(file, 'drain')
}
file.end()
await once(file, 'finish')
process.stderr.write(`${values.out}: ${rows} rows, ${written} bytes\n`)
