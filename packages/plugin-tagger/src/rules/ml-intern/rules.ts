import type { Rules } from '../rules.ts'
import { costBucket, turnsBucket } from '../shared/buckets.ts'
import { feedbackTags } from '../shared/feedback.ts'
import { gpuTags } from '../shared/gpu.ts'
import { hfJobTags } from '../shared/hf-job.ts'
import { outcomeTags } from '../shared/outcome.ts'
import { sandboxTags } from '../shared/sandbox.ts'
import { taskTags } from '../shared/task.ts'
import { toolTags } from '../shared/tools.ts'
import { kindOfSandbox, kindsOfFlavor } from './hardware.ts'
import { familyOfModel } from './model.ts'
import { mentionsOom } from './oom.ts'
import { endOfSignals, endOfStatus } from './outcome.ts'
import { lastLifetime } from './sandbox.ts'
import { namesTraining } from './training.ts'

const FAILURES: ReadonlySet<string> = new Set(['failed', 'error', 'timeout', 'cancelled'])

/** The reference tagger's behaviour, its known mistakes included, so that its users' conditions select the same. */
export const mlIntern: Rules = {
  reading: {
    messagesBesideEvents: false,
    logsAreOutput: false,
    isOutOfMemory: mentionsOom,
    readsOutputOf: () => true,
  },
  namespaces: [
    (facts) => [`model:${familyOfModel(facts.model)}`],
    (facts) => [`turns:${turnsBucket(facts.userTurns)}`],
    (facts) => [
      `cost:${costBucket(facts.stated === undefined ? facts.cost.calls : (facts.cost.total ?? 0))}`,
    ],
    outcomeTags({
      fromSignals: endOfSignals,
      fromStatus: endOfStatus,
      exceededContext: (facts) => facts.compacted,
    }),
    toolTags,
    hfJobTags(FAILURES),
    gpuTags(kindsOfFlavor),
    sandboxTags({ kindOf: kindOfSandbox, secondsOf: lastLifetime }),
    feedbackTags,
    taskTags(namesTraining),
  ],
}
