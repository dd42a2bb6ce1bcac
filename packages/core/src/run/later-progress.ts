import type { ConfigSession } from '../config/session.ts'
import { errorText } from '../errors/error.ts'
import { silentLogger } from '../log/logger.ts'
import type { ProgressEvent, StageProgress } from '../plugin/types.ts'
import type { RunOptions, RunResult } from './options.ts'

/** Tells the observers, and whoever started the run, how far a stage after the dataset is. */
export function stageReport(
  stage: string,
  session: ConfigSession,
  options: RunOptions,
  { traces, examples, dropped, unreadable }: RunResult,
): (work: StageProgress) => void {
  const began = performance.now()
  let failed = false
  return (work) => {
    const event: ProgressEvent = {
      stage,
      bytesDone: 0,
      bytesTotal: 0,
      traces,
      examples,
      dropped,
      unreadable,
      seconds: (performance.now() - began) / 1000,
      work,
    }
    options.onProgress?.(event)
    try {
      session.registry.progress.call(event)
    } catch (error) {
      // An observer changes nothing; one warning is enough.
      if (!failed) (options.log ?? silentLogger).warn(`a progress observer failed: ${errorText(error)}`)
      failed = true
    }
  }
}
