import { isSftError } from '@sftkit/core'
import type { TokenizerFacts } from '../checkpoint/model-folder.ts'
import type { OllamaClient } from '../ollama/client.ts'
import { onDaysAround } from '../template/dates.ts'
import { renderJinja, type TemplateTokens } from '../template/jinja.ts'
import { servedTemplate } from '../template/served.ts'
import { textDifference } from './difference.ts'
import { failed, type GateResult, notRun, passed } from './gate.ts'
import type { ChatMessage, Probe } from './probes.ts'

/** A probe as the tokenizer itself renders it. */
export interface RenderedProbe extends Probe {
  readonly text: string
}

/** Whether the template means the same to the tokenizer and to a second reader of Jinja. */
export function checkOwnRendering(
  template: string,
  probes: readonly RenderedProbe[],
  tokens: TemplateTokens,
): GateResult {
  for (const probe of probes) {
    const difference = textDifference(probe.text, renderJinja(template, probe, tokens))
    if (difference && !onDaysAround(template, probe, tokens).includes(probe.text))
      return failed('render', `${probe.name}: our Jinja differs from byte ${difference.byte} on`, {
        probe: probe.name,
        by: '@huggingface/jinja',
        ...difference.report,
      })
  }
  return passed('render', `${probes.length} chats equal`)
}

/**
 * Whether Ollama renders chats as the tokenizer does. It may leave the begin of text to the tokenizer, which puts it
 * there when the model is asked.
 */
export async function checkOllamaRendering(
  client: OllamaClient,
  model: string,
  probes: readonly RenderedProbe[],
  tokenizer: TokenizerFacts,
): Promise<GateResult> {
  const { template = '', bos } = tokenizer
  if (probes.length === 0) return notRun('render', 'the tokenizer renders none of the chats')
  for (const probe of probes) {
    const rendered = await renderByOllama(client, model, probe).catch((error: unknown) => {
      if (isSftError(error) && error.code === 'SFT_OLLAMA_REFUSED') return error
      throw error
    })
    if (rendered instanceof Error)
      return failed('render', `${probe.name}: ${rendered.message}`, { probe: probe.name, by: 'Ollama' })
    if (rendered === undefined) return notRun('render', 'this Ollama does not show what it renders')
    const expected = withoutBos(probe.text, bos)
    const difference = textDifference(expected, withoutBos(rendered, bos))
    const onAnotherDay = (): boolean =>
      onDaysAround(template, probe, tokenizer).some(
        (text) => withoutBos(text, bos) === withoutBos(rendered, bos),
      )
    if (difference && !onAnotherDay())
      return failed('render', `${probe.name}: differs from byte ${difference.byte} on`, {
        probe: probe.name,
        by: 'Ollama',
        ...difference.report,
      })
  }
  const dated = servedTemplate(tokenizer)?.printsToday
    ? ", with the day's date, which was another in training"
    : ''
  return passed('render', `${probes.length} chats equal${dated}`)
}

function withoutBos(text: string, bos: string | undefined): string {
  return bos !== undefined && bos !== '' && text.startsWith(bos) ? text.slice(bos.length) : text
}

/** What Ollama would give to the model; undefined where it does not say. */
export async function renderByOllama(
  client: OllamaClient,
  model: string,
  probe: Probe,
): Promise<string | undefined> {
  const reply = await client.chat({
    model,
    messages: probe.messages.map(ollamaMessage),
    ...(probe.tools && { tools: probe.tools }),
    _debug_render_only: true,
  })
  return reply._debug_info?.rendered_template
}

/** A message in the words of Ollama's api, which names a result's tool in a field of its own. */
export function ollamaMessage(message: ChatMessage): object {
  const { role, content, tool_calls, tool_call_id, name } = message
  return {
    role,
    content: content ?? '',
    ...(tool_calls && {
      tool_calls: tool_calls.map(({ id, function: called }) => ({
        ...(id !== undefined && { id }),
        function: called,
      })),
    }),
    ...(tool_call_id !== undefined && { tool_call_id }),
    ...(role === 'tool' && name !== undefined && { tool_name: name }),
  }
}
