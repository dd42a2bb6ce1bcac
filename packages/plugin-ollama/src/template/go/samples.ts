import type { TokenizerFacts } from '../../checkpoint/model-folder.ts'
import type { Probe } from '../../verify/probes.ts'
import { renderJinja } from '../../verify/render.ts'

/** Words that no template has, to be found again in what it renders. */
export const MARK = {
  system: 'sftkit-S',
  user: 'sftkit-U',
  assistant: 'sftkit-A',
  again: 'sftkit-V',
} as const

/** What a Jinja template writes around messages. */
export interface JinjaSamples {
  /** Before the first user's text where nothing else is given. */
  readonly beforeUser: string
  /** Before and after a system message's text, the latter up to the user's. Absent: system messages are refused. */
  readonly system?: { readonly before: string; readonly after: string }
  /** Between a user's text and the assistant's. */
  readonly userToAssistant: string
  /** Between an assistant's text and the next user's. */
  readonly assistantToUser: string
  /** After the last user's text, where an answer is to follow. */
  readonly prompt: string
  /** With a tool, whole. */
  readonly withTool?: string
}

const user = { role: 'user', content: MARK.user }
const TOOL = {
  type: 'function',
  function: { name: 'sftkit-T', description: 'D', parameters: { type: 'object', properties: {} } },
}

/** Renders the smallest chats, and cuts out what stands around their texts. */
export function jinjaSamples({ template, bos, eos }: TokenizerFacts): JinjaSamples | undefined {
  if (template === undefined) return undefined
  const render = (messages: Probe['messages'], tools?: readonly unknown[]): string | undefined => {
    try {
      const text = renderJinja(template, { name: 'sample', messages, ...(tools && { tools }) }, { bos, eos })
      // The begin of text is put there by the tokenizer when Ollama asks the model.
      return bos !== undefined && bos !== '' && text.startsWith(bos) ? text.slice(bos.length) : text
    } catch {
      return undefined
    }
  }
  const one = render([user])
  const several = render([
    user,
    { role: 'assistant', content: MARK.assistant },
    { role: 'user', content: MARK.again },
  ])
  if (one === undefined || several === undefined) return undefined
  const [beforeUser, prompt] = one.split(MARK.user)
  const [, userToAssistant, assistantToUser] = several.split(
    new RegExp(`${MARK.user}|${MARK.assistant}|${MARK.again}`),
  )
  if (beforeUser === undefined || prompt === undefined) return undefined
  if (userToAssistant === undefined || assistantToUser === undefined) return undefined
  const system = render([{ role: 'system', content: MARK.system }, user])?.split(
    new RegExp(`${MARK.system}|${MARK.user}`),
  )
  const withTool = render([user], [TOOL])
  return {
    beforeUser,
    prompt,
    userToAssistant,
    assistantToUser,
    ...(system?.length === 3 && { system: { before: system[0] ?? '', after: system[1] ?? '' } }),
    ...(withTool?.includes('sftkit-T') && { withTool }),
  }
}

/** A text as a Go template writes it, whatever stands in it. */
export function goText(text: string): string {
  return text === '' ? '' : `{{ ${JSON.stringify(text)} }}`
}
