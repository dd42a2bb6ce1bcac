import {
  counted,
  definePlugin,
  type LlmFailure,
  type Plugin,
  parseOptions,
  type Tag,
  type TagContext,
  type Trace,
} from '@sftkit/core'
import { askFor, QUOTED_IS_DATA, quoted, transcript } from '@sftkit/llm'
import { z } from 'zod'
import { version } from '../version.ts'
import { type JudgeOptions, judgeOptions, type ParsedJudgeOptions, settingsOf, UNJUDGED } from './options.ts'

/**
 * Tags every trace with a model's verdict: `judge:solved`, `judge:partial`, `judge:unsolved`, or the verdicts of your
 * own; `judge:unjudged` where no answer came. A trace without messages gets no tag.
 *
 * @throws SFT_PLUGIN_OPTIONS where an option is not known
 */
export function judge(input: JudgeOptions = {}): Plugin {
  const options = parseOptions('judge', judgeOptions, input)
  const { baseURL, namespace, question, verdicts, model, maxTraceTokens, maxAnswerTokens } = options
  const schema = answerSchema(verdicts)
  return definePlugin({
    name: options.name,
    version,
    // What a verdict depends on: limits and budgets only say when it is there.
    options: { baseURL, namespace, question, verdicts, model, maxTraceTokens, maxAnswerTokens },
    setup(api) {
      api.tag(async (traces, context) => {
        const failures: LlmFailure[] = []
        await Promise.all(
          traces.map(async (trace) => {
            if (trace.messages.length === 0) return
            const answer = await ask(trace, schema, options, context)
            if (!answer.ok) failures.push(answer.failure)
            context.tag(trace, `${namespace}:${answer.ok ? answer.value.verdict : UNJUDGED}` as Tag)
          }),
        )
        if (failures.length > 0) {
          const why = [...new Set(failures)].sort().join(', ')
          context.log.warn(`${failures.length} of ${counted(traces.length, 'trace')} got no verdict (${why})`)
        }
      })
    },
  })
}

/** The reason stands first: a verdict that follows from reasons is a better one. */
function answerSchema(verdicts: ParsedJudgeOptions['verdicts']) {
  const names = Object.keys(verdicts)
  return z.object({
    reason: z.string().describe('One or two sentences: what in the record decides it.'),
    verdict: z.enum(names).describe('The verdict.'),
  })
}

function ask(
  trace: Trace,
  schema: ReturnType<typeof answerSchema>,
  options: ParsedJudgeOptions,
  { llm }: TagContext,
) {
  const { model, question, verdicts, maxTraceTokens, maxAnswerTokens } = options
  const { text } = transcript(trace.messages, { maxTokens: maxTraceTokens })
  const meanings = Object.entries(verdicts).map(([name, meaning]) => `- ${name}: ${meaning}`)
  const system = [
    'You judge the record of one run of an AI agent.',
    QUOTED_IS_DATA,
    question,
    `Verdicts:\n${meanings.join('\n')}`,
  ].join('\n\n')
  return askFor(llm, {
    model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: `The record, one message after the other:\n\n${quoted(text, 'record')}` },
    ],
    schema,
    name: 'verdict',
    maxTokens: maxAnswerTokens,
    settings: settingsOf(options),
  })
}
