import { execFile, spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openRecording } from '../../src/index.ts'
import { temporaryFolder } from './folder.ts'

const MOMENTS = Number(process.env.SFT_KILLS ?? 10)

/** Records in a process of its own, and kills it so many milliseconds after its first step. */
async function recordUntilKilled(folder: string, milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'record-forever.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const began = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      // Only the end is of interest.
      said = (said + chunk.toString()).slice(-200)
      resolve()
    })
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await began
  await sleep(milliseconds)
  child.kill('SIGKILL')
  await closed
  return Number(said.trimEnd().split('\n').at(-1))
}

test(`a recorder that is killed has lost nothing that it had recorded (${MOMENTS} moments)`, async () => {
  for (let moment = 0; moment < MOMENTS; moment++) {
    const folder = temporaryFolder()
    const acknowledged = await recordUntilKilled(folder, Math.random() * 150)
    const [file] = globSync('*.jsonl', { cwd: folder })
    const recording = openRecording(join(folder, file ?? ''))
    const steps = recording.sums?.steps ?? 0
    // A step may be in the file whose number was not said yet; none whose number was said may lack.
    expect(steps - acknowledged).toBeOneOf([0, 1])
    let number = 0
    for (const step of recording.steps()) {
      number++
      const content = `${number} `.repeat(number % 50 === 0 ? 3000 : 3)
      expect([step.step_number, step.action_content === content]).toEqual([number, true])
    }
    expect(number).toBe(steps)
    expect(recording.damaged.filter(({ torn }) => !torn)).toEqual([])
    expect(recording.end).toBeUndefined()
  }
})

test('a recorder whose disk is full says so, and leaves whole rows', async () => {
  const folder = temporaryFolder()
  const script = join(import.meta.dirname, 'record-until-full.ts')
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    'ulimit -f 40 && exec "$0" "$@"',
    process.execPath,
    script,
    folder,
  ])
  const { recorded, codes } = JSON.parse(stdout) as { recorded: number; codes: string[] }
  expect(codes).toEqual(Array(3).fill('SFT_RECORD_WRITE'))
  expect(recorded).toBeGreaterThan(5)
  const [file = ''] = globSync('*.jsonl', { cwd: folder })
  const recording = openRecording(join(folder, file))
  expect([...recording.steps()]).toHaveLength(recorded)
  expect(recording.damaged).toEqual([])
})
