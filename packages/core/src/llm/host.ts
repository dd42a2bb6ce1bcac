import { errorText, sftError } from '../errors/error.ts'
import type { Registry } from '../hooks/registry.ts'
import type {
  Llm,
  LlmAnswer,
  LlmCheck,
  LlmEngine,
  LlmEngineContext,
  LlmProjection,
  LlmReckoning,
  LlmRequest,
} from './types.ts'

/** The run's engine: opened when the first question is asked. */
export interface LlmHost {
  readonly llm: Llm
  /** What the questions that were not asked would take; undefined where there was none, or nobody can tell. */
  projection(): LlmProjection | undefined
  close(): Promise<void>
}

const NOT_ASKED: LlmAnswer = {
  ok: false,
  failure: 'not-asked',
  detail: 'models are not asked in a dry run or by sft inspect',
  usage: { inputTokens: 0, outputTokens: 0 },
}

/**
 * Whether questions are asked, which may cost something; only counted, where kept answers are given and others are
 * missing; or neither.
 */
export type Asking = 'ask' | 'count' | 'ignore'

export function createLlmHost(
  registry: Registry,
  context: LlmEngineContext,
  asking: Asking = 'ask',
): LlmHost {
  let engine: Promise<LlmEngine> | undefined
  const open = async (): Promise<LlmEngine> => {
    const [first] = registry.llm.all()
    if (first === undefined) {
      throw sftError(
        'SFT_LLM_MISSING',
        'A plugin asks a model, and no plugin of this run has an engine for it.',
      )
    }
    return first.value({ ...context, log: context.log.fork(first.plugin) })
  }
  let reckoning: LlmReckoning | undefined
  let warned = false
  const count = async (request: LlmRequest, check: LlmCheck | undefined): Promise<LlmAnswer> => {
    try {
      engine ??= open()
      const opened = await engine
      reckoning ??= opened.reckon?.()
      return (await reckoning?.ask(request, check)) ?? NOT_ASKED
    } catch (error) {
      // A dry run goes on without a key, as it goes on without a server.
      if (!warned)
        context.log.warn(`what the questions to models would take is not known: ${errorText(error)}`)
      warned = true
      return NOT_ASKED
    }
  }
  return {
    llm: {
      async ask(request, check) {
        if (asking === 'ignore') return NOT_ASKED
        if (asking === 'count') return count(request, check)
        engine ??= open()
        return (await engine).ask(request, check)
      },
    },
    projection() {
      const total = reckoning?.total(1)
      return total === undefined || total.questions + total.answered === 0 ? undefined : total
    },
    async close() {
      const opened = await engine?.catch(() => undefined)
      await opened?.close()
    },
  }
}
