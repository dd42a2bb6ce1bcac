/** Lets the agent's variants work on all tasks, and records each episode: `node record.ts [FOLDER]`. */
import { rmSync } from 'node:fs'
import { createRecorder, recordEnvironment } from 'sftkit'
import { agent, attempts } from './agent.ts'
import { codingEnvironment } from './environment.ts'
import { tasks } from './tasks.ts'

const [, , given] = process.argv
const folder = given ?? 'out/recordings'
// The example's own folder is made anew; ids are given, and taken only once.
if (given === undefined) rmSync(folder, { recursive: true, force: true })
const recorder = createRecorder({ folder })
for (const [name, task] of Object.entries(tasks)) {
  for (const [variant, repairs] of Object.entries(attempts[name] ?? {})) {
    recorder.startEpisode(task.instruction, variant, {
      episodeId: `${name}-${variant}`,
      metadata: { task: name, model: 'scripted' },
    })
    const environment = recordEnvironment(codingEnvironment(task), recorder)
    await environment.reset()
    const moves = agent(repairs)
    let score = 0
    for (let move = moves.next(); !move.done; ) {
      const result = await environment.step(move.value.action, move.value.says)
      score = result.passRate ?? score
      move = moves.next(result)
    }
    recorder.endEpisode(score)
  }
}
await recorder.close()
for (const { episodeId, totalSteps, finalScore } of recorder.historySummary())
  process.stdout.write(`${episodeId}: ${totalSteps} steps, score ${finalScore?.toFixed(2)}\n`)
