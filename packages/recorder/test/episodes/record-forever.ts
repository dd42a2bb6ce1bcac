/** Records until it is killed, and says on stdout which step it has recorded: `node record-forever.ts FOLDER`. */
import { writeSync } from 'node:fs'
import { createRecorder } from '../../src/index.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('a folder is needed')
const recorder = createRecorder({ folder })
recorder.startEpisode('never ends', 'v')
for (let step = 1; ; step++) {
  recorder.recordStep({
    action: { type: 'write_file', path: 'a', content: `${step} `.repeat(step % 50 === 0 ? 3000 : 3) },
    observation: { text: `seen ${step}`.repeat(step % 20) },
    reward: 1,
  })
  writeSync(1, `${step}\n`)
  if (step % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
}
