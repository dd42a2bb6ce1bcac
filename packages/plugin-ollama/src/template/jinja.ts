import { Template } from '@huggingface/jinja'
import type { Probe } from '../verify/probes.ts'

/** What special tokens a template may ask for. */
export interface TemplateTokens {
  readonly bos?: string | undefined
  readonly eos?: string | undefined
}

/**
 * @param prompt whether the beginning of an answer follows; default yes
 * @param more what else the template is given
 */
export function renderJinja(
  template: string,
  probe: Probe,
  { bos, eos }: TemplateTokens,
  prompt = true,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return new Template(template).render({
    messages: probe.messages as never,
    ...(probe.tools && { tools: probe.tools as never }),
    add_generation_prompt: prompt,
    ...(bos !== undefined && { bos_token: bos }),
    ...(eos !== undefined && { eos_token: eos }),
    ...more,
  })
}
