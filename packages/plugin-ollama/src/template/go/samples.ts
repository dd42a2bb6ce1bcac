import type { TokenizerFacts } from '../../checkpoint/model-folder.ts'
import type { Probe } from '../../verify/probes.ts'
import { withMarkedDates } from '../dates.ts'
import { renderJinja } from '../jinja.ts'

/** Words that no template has, to be found again in what it renders. */
export const MARK = {
  system: 'sftkit-S',
  user: 'sftkit-U',
  assistant: 'sftkit-A',
  again: 'sftkit-V',
  result: 'sftkit-R',
  id: 'sftkitId1',
} as const

/** What a Jinja template writes around messages. Dates are marked. */
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
  /** The roles whose texts lose the white space around them. */
  readonly trimmed: { readonly system: boolean; readonly user: boolean; readonly assistant: boolean }
  readonly eos: string
  /** More of what it writes, without the begin of text; nothing where it refuses. */
  render(messages: Probe['messages'], tools?: readonly unknown[]): string | undefined
}

export const USER = { role: 'user', content: MARK.user }
export const SYSTEM = { role: 'system', content: MARK.system }
export const TOOL = {
  type: 'function',
  function: { name: 'sftkit-T', description: 'D', parameters: { type: 'object', properties: {} } },
}
const again = { role: 'user', content: MARK.again }
const answer = { role: 'assistant', content: MARK.assistant }

/** Renders the smallest chats, and cuts out what stands around their texts. */
export function jinjaSamples({ template, bos, eos }: TokenizerFacts): JinjaSamples | undefined {
  if (template === undefined) return undefined
  const marked = withMarkedDates(template)
  const render = (messages: Probe['messages'], tools?: readonly unknown[]): string | undefined => {
    try {
      const text = renderJinja(marked, { name: 'sample', messages, ...(tools && { tools }) }, { bos, eos })
      // The begin of text is put there by the tokenizer when Ollama asks the model.
      return bos !== undefined && bos !== '' && text.startsWith(bos) ? text.slice(bos.length) : text
    } catch {
      return undefined
    }
  }
  const one = render([USER])
  const several = render([USER, answer, again])
  if (one === undefined || several === undefined) return undefined
  const [beforeUser, prompt] = one.split(MARK.user)
  const [, userToAssistant, assistantToUser] = several.split(
    new RegExp(`${MARK.user}|${MARK.assistant}|${MARK.again}`),
  )
  if (beforeUser === undefined || prompt === undefined) return undefined
  if (userToAssistant === undefined || assistantToUser === undefined) return undefined
  const system = render([SYSTEM, USER])?.split(new RegExp(`${MARK.system}|${MARK.user}`))
  const withTool = render([USER], [TOOL])
  const wide = render([
    USER,
    { ...answer, content: ` ${MARK.assistant} ` },
    { ...again, content: ` ${MARK.again} ` },
  ])
  const wideSystem = render([{ ...SYSTEM, content: ` ${MARK.system} ` }, USER])
  return {
    beforeUser,
    prompt,
    userToAssistant,
    assistantToUser,
    ...(system?.length === 3 && { system: { before: system[0] ?? '', after: system[1] ?? '' } }),
    ...(withTool?.includes('sftkit-T') && { withTool }),
    trimmed: {
      system: wideSystem?.includes(` ${MARK.system} `) === false,
      user: wide?.includes(` ${MARK.again} `) === false,
      assistant: wide?.includes(` ${MARK.assistant} `) === false,
    },
    eos: eos ?? '',
    render,
  }
}
