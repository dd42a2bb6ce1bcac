import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sftError } from '@sftkit/core'
import { PROTOCOL, type WorkerEvent } from '../../worker/protocol.ts'
import { saysOutOfMemory } from '../out-of-memory.ts'
import { runProcess } from '../process.ts'
import { fileSize } from '../tail-file.ts'
import type { Launch, WorkerEnd } from '../types.ts'
import type { CommandSettings } from './options.ts'
import { filledIn, prepare } from './prepare.ts'
import { historyIn, weightsIn } from './result.ts'

const LOOK_MS = 5000

/** Runs another trainer, and writes of its result what the worker writes of its own. */
export async function runTrainer(settings: CommandSettings, launch: Launch): Promise<WorkerEnd> {
  const { folder, run } = launch
  const places = await prepare(settings, launch)
  const began = performance.now()
  const watching = watchOutput(launch)
  const end = await runProcess(filledIn(settings.run, folder, places), launch).finally(() =>
    clearInterval(watching),
  )
  const { exitCode, signal, stderr } = end
  if (exitCode !== 0) {
    if (launch.signal.aborted) return end
    const how = signal === undefined ? `with exit code ${exitCode}` : `by ${signal}`
    const code = saysOutOfMemory(stderr) ? 'SFT_TRAIN_MEMORY' : 'SFT_TRAIN_FAILED'
    const failure = sftError(code, `The command ended ${how}. It said:\n${stderr}`, { source: folder })
    return { ...end, failure }
  }
  const weights = await weightsIn(places.output)
  const { steps, history } = historyIn(places.output)
  const losses = history.flatMap(({ loss }) => (typeof loss === 'number' ? [loss] : []))
  const seconds = (performance.now() - began) / 1000
  const finalLoss = losses.at(-1) ?? null
  const metrics = {
    metrics: history,
    finalLoss,
    steps,
    seconds,
    method: run.method,
    model: run.model,
    weights,
    fingerprint: run.fingerprint,
  }
  writeFileSync(join(folder, 'metrics.json'), `${JSON.stringify(metrics, undefined, 2)}\n`)
  const done: WorkerEvent = {
    v: PROTOCOL,
    seq: 0,
    t: Date.now() / 1000,
    type: 'done',
    finalLoss,
    steps,
    seconds,
    files: weights,
  }
  appendFileSync(join(folder, 'events.jsonl'), `${JSON.stringify(done)}\n`)
  launch.onEvent(done)
  return end
}

/** What it prints is all that is known of its life. */
function watchOutput({ folder, onWait }: Launch): NodeJS.Timeout {
  const files = ['stdout.log', 'stderr.log'].map((name) => join(folder, 'logs', name))
  let size = 0
  return setInterval(() => {
    const now = files.reduce((sum, file) => sum + fileSize(file), 0)
    if (now !== size) onWait?.(`what the command prints is in ${join(folder, 'logs')}`)
    size = now
  }, LOOK_MS)
}
