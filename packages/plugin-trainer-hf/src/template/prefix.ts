import { commonLength, fitted, rendered } from './facts.ts'
import { shapes } from './fits.ts'
import { PROBES } from './probes.ts'
import type { ChatTemplate } from './render.ts'
import type { Survey } from './survey.ts'

/** Where a turn stands behind other words in training than where it is served. */
export interface PrefixSkew {
  /** What the model is given, from the first difference on. */
  readonly served: string
  readonly trained: string
}

/**
 * Compares, for each turn of small conversations, what the model is given when it makes the turn with what the turn is
 * trained behind. They differ where a template writes earlier turns otherwise than the last one, and the training
 * template does not: TRL's copy for Qwen 3 writes a thinking block into every turn.
 *
 * @param trained what conversations are tokenised with
 * @param parts what the rows have; other shapes are not tried
 */
export function prefixSkew(
  template: ChatTemplate,
  trained: ChatTemplate,
  form: 'object' | 'text',
  parts: Survey,
): PrefixSkew | undefined {
  for (const name of shapes(parts)) {
    const probe = fitted(PROBES[name], form)
    const { messages, tools = null } = probe
    const whole = rendered(trained, probe)
    if (typeof whole !== 'string') continue
    for (const [at, message] of messages.entries()) {
      if (message.role !== 'assistant') continue
      const served = template.render(messages.slice(0, at), { tools, prompt: true }).text
      if (whole.startsWith(served)) continue
      const same = commonLength(whole, served)
      return { served: served.slice(same, same + SHOWN), trained: whole.slice(same, same + SHOWN) }
    }
  }
  return undefined
}

const SHOWN = 60
