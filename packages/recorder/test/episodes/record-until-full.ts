/** Records until a file may not grow further, and says which error that was: `node record-until-full.ts FOLDER`. */
import { isSftError } from '@sftkit/core'
import { createRecorder } from '../../src/index.ts'

// Without a listener the system ends the program that writes beyond its limit.
process.on('SIGXFSZ', () => {})
const folder = process.argv[2]
if (folder === undefined) throw new Error('a folder is needed')
const recorder = createRecorder({ folder })
recorder.startEpisode('fills the disk', 'v')
let recorded = 0
const codes: (string | undefined)[] = []
while (codes.length < 3) {
  try {
    recorder.recordStep({ action: { type: 'look' }, observation: 'x'.repeat(700), reward: 0 })
    recorded++
  } catch (error) {
    codes.push(isSftError(error) ? error.code : String(error))
  }
}
process.stdout.write(JSON.stringify({ recorded, codes }))
await recorder.close().catch(() => {})
