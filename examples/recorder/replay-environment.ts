/** For `sft replay RECORDING --environment replay-environment.ts`: the environment of the recording's task. */
import type { Environment, Recording } from 'sftkit'
import { codingEnvironment } from './environment.ts'
import { tasks } from './tasks.ts'

export function environment({ episode }: Recording): Environment {
  const task = tasks[String(episode.metadata?.task)]
  if (task === undefined) throw new Error(`no task of the name ${episode.metadata?.task}`)
  return codingEnvironment(task)
}
