import { definePlugin, type Plugin, parseOptions } from '@sftkit/core'
import { z } from 'zod'

const examSplitOptions = z.strictObject({ prefix: z.string().min(1) })
export type ExamSplitOptions = z.input<typeof examSplitOptions>

/** Tasks whose names begin so are the exam; everything else is practice. */
export function examSplit(options: ExamSplitOptions): Plugin {
  const { prefix } = parseOptions('exam-split', examSplitOptions, options)
  return definePlugin({
    name: 'exam-split',
    version: '1.0.0',
    options: { prefix },
    setup: (api) => api.split({ ofGroup: (group) => (group.startsWith(prefix) ? 'exam' : 'practice') }),
  })
}
