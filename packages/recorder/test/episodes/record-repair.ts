import { createRecorder, type Environment, recordEnvironment } from '../../src/index.ts'
import { repair, smallProject } from './small-project.ts'

/** Records the repair of the small project. @returns the recording's file */
export async function recordRepair(
  folder: string,
  environment: Environment = smallProject(),
): Promise<string> {
  const recorder = createRecorder({ folder })
  const id = recorder.startEpisode('make the test pass', 'v1', { metadata: { model: 'scripted' } })
  const steps = recordEnvironment(environment, recorder)
  await steps.reset()
  for (const action of repair) await steps.step(action, `Now ${action.type}.`)
  recorder.endEpisode(1, { seen: 'to the end' })
  await recorder.close()
  return `${folder}/${id}.jsonl`
}
