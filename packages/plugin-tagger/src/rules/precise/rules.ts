import type { Facts } from '../../facts/facts.ts'
import type { CostTag } from '../../namespaces.ts'
import type { Rules } from '../rules.ts'
import { costBucket, turnsBucket } from '../shared/buckets.ts'
import { feedbackTags } from '../shared/feedback.ts'
import { gpuTags } from '../shared/gpu.ts'
import { hfJobTags } from '../shared/hf-job.ts'
import { outcomeTags } from '../shared/outcome.ts'
import { sandboxTags } from '../shared/sandbox.ts'
import { LOOKUP_TOOLS, taskTags } from '../shared/task.ts'
import { toolTags } from '../shared/tools.ts'
import { kindOfSandbox, kindsOfFlavor } from './hardware.ts'
import { familyOfModel } from './model.ts'
import { reportsOom } from './oom.ts'
import { endOfSignals, endOfStatus, exceededContext } from './outcome.ts'
import { longestLifetime } from './sandbox.ts'
import { runsTraining } from './training.ts'

/** Both spellings of a cancelled job, the Hub's own among them. */
const FAILURES: ReadonlySet<string> = new Set([
  'failed',
  'error',
  'timeout',
  'timed_out',
  'cancelled',
  'canceled',
  'deleted',
])

/** The reference's namespaces with its known mistakes repaired; the README lists every difference. */
export const precise: Rules = {
  reading: {
    messagesBesideEvents: true,
    logsAreOutput: true,
    isOutOfMemory: reportsOom,
    readsOutputOf: (tool) => tool === undefined || !LOOKUP_TOOLS.has(tool),
  },
  namespaces: [
    (facts) => [`model:${familyOfModel(facts.model)}`],
    (facts) => [`turns:${facts.messages === 0 ? 'unknown' : turnsBucket(facts.userTurns)}`],
    (facts) => [`cost:${costOf(facts)}`],
    outcomeTags({ fromSignals: endOfSignals, fromStatus: endOfStatus, exceededContext }),
    toolTags,
    hfJobTags(FAILURES),
    gpuTags(kindsOfFlavor),
    sandboxTags({ kindOf: kindOfSandbox, secondsOf: longestLifetime }),
    feedbackTags,
    taskTags(runsTraining),
  ],
}

/** The model calls' costs where the log has any, as the total may include machines; else the total. */
function costOf({ cost }: Facts): CostTag {
  const known = cost.given ? cost.calls : cost.total
  return known === undefined ? 'unknown' : costBucket(known)
}
