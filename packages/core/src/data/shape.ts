import { isJsonObject, isRawNumber } from './json.ts'

/** Where a value has another shape than its type says. */
export interface Misfit {
  /** The field's path: `messages[3].role`; empty for the value itself. */
  readonly field: string
  readonly expected: string
  readonly found: unknown
}

/*
 * Plain comparisons, because every message of every run passes here. A check returns nothing where all is well, and the
 * path is put together where it is not.
 */

type Fields = Readonly<Record<string, unknown>>
type Check = (value: unknown) => Misfit | undefined

const ROLES: ReadonlySet<unknown> = new Set(['system', 'user', 'assistant', 'tool'])
const STATUSES: ReadonlySet<unknown> = new Set(['completed', 'errored', 'limit', 'cancelled', 'unknown'])
const KINDS: ReadonlySet<unknown> = new Set([
  'chat',
  'prompt-completion',
  'preference',
  'unpaired',
  'text',
  'task',
])

/** What is wrong with the fields that a loader fills, or that a handler gave a trace. An event log that is parsed on demand is left alone. */
export function misfitOfTrace(trace: unknown): Misfit | undefined {
  if (!isJsonObject(trace)) return misfit('', 'a trace', trace)
  return (
    texts(trace, TRACE_TEXTS) ??
    misfitOfMessages(trace.messages, 'messages') ??
    misfitOfShared(trace) ??
    optional(trace, 'events', misfitOfEvents)
  )
}

/** What is wrong with a trace or an example that a handler made: with what later stages rely on. */
export function misfitOfItem(item: unknown): Misfit | undefined {
  if (!isJsonObject(item)) return misfit('', 'a trace or an example', item)
  const wrong = 'kind' in item ? misfitOfExample(item) : misfitOfTrace(item)
  if (wrong !== undefined) return wrong
  for (const name of ['id', 'session'] as const)
    if (typeof item[name] !== 'string')
      return misfit(name, `${TEXT}, as deriveTrace and deriveExample give one`, item[name])
  for (const name of ['tags', 'parents'] as const)
    if (item[name] === undefined) return misfit(name, 'a list of texts', undefined)
  for (const [name, key] of [
    ['source', 'uri'],
    ['group', 'key'],
  ] as const) {
    const wrong = inside(item[name], (fields) => required(fields, key), name)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function misfitOfExample(example: Fields): Misfit | undefined {
  if (!KINDS.has(example.kind)) return misfit('kind', [...KINDS].join(', '), example.kind)
  return texts(example, TRACE_TEXTS) ?? misfitOfSides(example) ?? misfitOfShared(example)
}

function misfitOfSides(example: Fields): Misfit | undefined {
  const messages = (key: string): Misfit | undefined => misfitOfMessages(example[key], key)
  switch (example.kind) {
    case 'chat':
      return messages('messages')
    case 'preference':
      return messages('prompt') ?? messages('chosen') ?? messages('rejected')
    case 'unpaired':
      return (
        messages('prompt') ??
        messages('completion') ??
        (typeof example.label === 'boolean' ? undefined : misfit('label', 'true or false', example.label))
      )
    case 'text':
      return required(example, 'text')
    case 'task':
      return required(example, 'instruction')
    default:
      if (typeof example.prompt === 'string' && typeof example.completion === 'string') return undefined
      return messages('prompt') ?? messages('completion')
  }
}

function misfitOfShared(item: Fields): Misfit | undefined {
  return (
    optional(item, 'group', (group) => inside(group, (fields) => texts(fields, GROUP_TEXTS))) ??
    optional(item, 'outcome', misfitOfOutcome) ??
    optional(item, 'usage', (usage) => inside(usage, (fields) => numbers(fields, USAGE_NUMBERS))) ??
    optional(item, 'tags', misfitOfTexts) ??
    optional(item, 'parents', misfitOfTexts) ??
    optional(item, 'metadata', (metadata) => inside(metadata, () => undefined)) ??
    optional(item, 'tools', misfitOfTools)
  )
}

const TRACE_TEXTS = ['id', 'uri', 'session', 'agent', 'model', 'startedAt', 'endedAt'] as const
const GROUP_TEXTS = ['key', 'task', 'repo', 'session', 'parent', 'attempt'] as const
const USAGE_NUMBERS = ['inputTokens', 'outputTokens', 'totalTokens', 'llmCalls', 'costUsd'] as const

function misfitOfMessages(messages: unknown, field: string): Misfit | undefined {
  if (!Array.isArray(messages)) return misfit(field, 'a list of messages', messages)
  // By number: a hole of the list is a misfit too.
  for (let at = 0; at < messages.length; at++) {
    const wrong = misfitOfMessage(messages[at])
    if (wrong !== undefined) return below(`${field}[${at}]`, wrong)
  }
  return undefined
}

function misfitOfMessage(message: unknown): Misfit | undefined {
  if (typeof message !== 'object' || message === null) return misfit('', 'a message', message)
  const { role, content, reasoning, toolCalls, toolCallId, name, timestamp, train, copied } =
    message as Fields
  if (!ROLES.has(role)) return misfit('role', [...ROLES].join(', '), role)
  if (typeof content !== 'string') {
    const wrong = misfitOfContent(content)
    if (wrong !== undefined) return below('content', wrong)
  }
  if (reasoning !== undefined && typeof reasoning !== 'string') return misfit('reasoning', TEXT, reasoning)
  if (toolCalls !== undefined) {
    const wrong = misfitOfCalls(toolCalls)
    if (wrong !== undefined) return below('toolCalls', wrong)
  }
  if (toolCallId !== undefined && typeof toolCallId !== 'string')
    return misfit('toolCallId', TEXT, toolCallId)
  if (name !== undefined && typeof name !== 'string') return misfit('name', TEXT, name)
  if (timestamp !== undefined && typeof timestamp !== 'string') return misfit('timestamp', TEXT, timestamp)
  if (train !== undefined && typeof train !== 'boolean') return misfit('train', BOOLEAN, train)
  if (copied !== undefined && typeof copied !== 'boolean') return misfit('copied', BOOLEAN, copied)
  return undefined
}

function misfitOfContent(content: unknown): Misfit | undefined {
  if (!Array.isArray(content)) return misfit('', 'a text or a list of parts', content)
  return firstOf(content, (part) =>
    inside(part, (fields) => {
      if (fields.type === 'text') return required(fields, 'text')
      if (fields.type !== 'image' && fields.type !== 'file')
        return misfit('type', 'text, image, file', fields.type)
      return required(fields, 'uri') ?? texts(fields, ['mediaType'])
    }),
  )
}

function misfitOfCalls(calls: unknown): Misfit | undefined {
  if (!Array.isArray(calls)) return misfit('', 'a list of calls', calls)
  return firstOf(calls, (call) => {
    if (typeof call !== 'object' || call === null) return misfit('', 'a call', call)
    const { id, name, arguments: given, argumentsText } = call as Fields
    if (typeof id !== 'string') return misfit('id', TEXT, id)
    if (typeof name !== 'string') return misfit('name', TEXT, name)
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      return misfit('arguments', OBJECT, given)
    if (argumentsText !== undefined && typeof argumentsText !== 'string')
      return misfit('argumentsText', TEXT, argumentsText)
    return undefined
  })
}

function misfitOfOutcome(outcome: unknown): Misfit | undefined {
  return inside(outcome, ({ status, reward, resolved, error }) => {
    if (!STATUSES.has(status)) return misfit('status', [...STATUSES].join(', '), status)
    if (reward !== undefined && !isNumber(reward)) return misfit('reward', NUMBER, reward)
    if (resolved !== undefined && typeof resolved !== 'boolean') return misfit('resolved', BOOLEAN, resolved)
    if (error !== undefined && typeof error !== 'string') return misfit('error', TEXT, error)
    return undefined
  })
}

function misfitOfTexts(list: unknown): Misfit | undefined {
  if (!Array.isArray(list)) return misfit('', 'a list of texts', list)
  return firstOf(list, (value) => (typeof value === 'string' ? undefined : misfit('', TEXT, value)))
}

function misfitOfTools(tools: unknown): Misfit | undefined {
  if (!Array.isArray(tools)) return misfit('', 'a list of tools', tools)
  return firstOf(tools, (tool) =>
    inside(tool, (fields) => inside(fields.function, (described) => required(described, 'name'), 'function')),
  )
}

function misfitOfEvents(events: unknown): Misfit | undefined {
  if (!Array.isArray(events)) return misfit('', 'a list of events', events)
  return firstOf(events, (event) =>
    inside(event, (fields) => required(fields, 'type') ?? texts(fields, ['timestamp'])),
  )
}

const TEXT = 'a text'
const NUMBER = 'a number'
const BOOLEAN = 'true or false'
const OBJECT = 'an object'

function isNumber(value: unknown): boolean {
  return typeof value === 'number' ? !Number.isNaN(value) : isRawNumber(value)
}

function texts(fields: Fields, names: readonly string[]): Misfit | undefined {
  for (const name of names) {
    const value = fields[name]
    if (value !== undefined && typeof value !== 'string') return misfit(name, TEXT, value)
  }
  return undefined
}

function numbers(fields: Fields, names: readonly string[]): Misfit | undefined {
  for (const name of names) {
    const value = fields[name]
    if (value !== undefined && !isNumber(value)) return misfit(name, NUMBER, value)
  }
  return undefined
}

function required(fields: Fields, name: string): Misfit | undefined {
  const value = fields[name]
  return typeof value === 'string' ? undefined : misfit(name, TEXT, value)
}

/** A field that may be left out. What is a getter costs something to ask: it is not asked. */
function optional(fields: Fields, name: string, check: Check): Misfit | undefined {
  const value = name === 'events' ? Object.getOwnPropertyDescriptor(fields, name)?.value : fields[name]
  if (value === undefined) return undefined
  const wrong = check(value)
  return wrong && below(name, wrong)
}

function inside(
  value: unknown,
  check: (fields: Fields) => Misfit | undefined,
  name = '',
): Misfit | undefined {
  if (!isJsonObject(value)) return misfit(name, OBJECT, value)
  const wrong = check(value)
  return wrong && below(name, wrong)
}

function firstOf(list: readonly unknown[], check: Check): Misfit | undefined {
  for (let at = 0; at < list.length; at++) {
    const wrong = check(list[at])
    if (wrong !== undefined) return below(`[${at}]`, wrong)
  }
  return undefined
}

function misfit(field: string, expected: string, found: unknown): Misfit {
  return { field, expected, found }
}

function below(field: string, { field: inner, ...rest }: Misfit): Misfit {
  const separator = field === '' || inner === '' || inner.startsWith('[') ? '' : '.'
  return { field: `${field}${separator}${inner}`, ...rest }
}

/** Longer texts are content, which has no business in an error. */
const SHOWN = 24

/** What was found and what is expected, in words: `messages[0].role is "bot", expected: system, user, …`. */
export function misfitText({ field, expected, found }: Misfit): string {
  return `${field === '' ? 'it' : `\`${field}\``} is ${foundText(found)}, expected: ${expected}`
}

function foundText(found: unknown): string {
  if (typeof found === 'string')
    return found.length <= SHOWN ? JSON.stringify(found) : `a text of ${found.length} characters`
  if (found === undefined) return 'missing'
  if (Array.isArray(found)) return 'a list'
  if (typeof found === 'object' && found !== null) return 'an object'
  return typeof found === 'function' ? 'a function' : String(found)
}
