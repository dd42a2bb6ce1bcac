import { isJsonObject, type JsonObject } from '@sftkit/core'
import type { Action, FileChange } from '../record/step-row.ts'
import { commandsOf } from './commands.ts'
import type { SecurityRule, SecurityView } from './rule.ts'

/** The ids of the rules that an action meets, in the rules' order. */
export function securityFlagsOf(
  action: Action,
  fileDiff: FileChange | undefined,
  rules: readonly SecurityRule[],
): string[] {
  if (rules.length === 0) return []
  const view = viewOf(action, fileDiff)
  return rules.filter((rule) => rule.flags(view)).map(({ id }) => id)
}

const COMMAND =
  /^(?:(?:run|exec|execute)(?:_(?:command|cmd|shell|bash|terminal))?|(?:local_)?shell(?:_command|_exec)?|bash|sh|cmd|command|terminal|powershell)$/
const DELETE = /(?:^|_)(?:delete|remove|unlink|rm)(?:_|$)/
const WRITE =
  /(?:^|_)(?:write|edit|create|append|patch|replace|insert|update|modify|save|move|rename|mv)(?:_|$)/
const READ = /(?:^|_)(?:read|open|view|cat|show|get|load|search|grep|find|list|ls|head|tail)(?:_|$)/

/** What an action of this type does. */
function kindOf(type: string, fileDiff: FileChange | undefined): SecurityView['kind'] {
  const name = type
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase()
  if (COMMAND.test(name)) return 'command'
  if (DELETE.test(name)) return 'delete'
  if (WRITE.test(name) || fileDiff !== undefined) return 'write'
  return READ.test(name) ? 'read' : 'other'
}

const kinds = new Map<string, SecurityView['kind']>()
const PATHS = [
  'path',
  'file_path',
  'filepath',
  'file',
  'filename',
  'target_file',
  'notebook_path',
  'directory',
  'dir',
]
const COMMANDS = ['command', 'cmd', 'script']

function viewOf(action: Action, fileDiff: FileChange | undefined): SecurityView {
  const { path, query, content } = action
  const args = isJsonObject(action.arguments) ? action.arguments : {}
  const kind = knownKind(action.type, fileDiff)
  const paths = [path, fileDiff?.path, ...textsOf(args, PATHS)].filter((one) => typeof one === 'string')
  const line =
    kind === 'command'
      ? [query, ...textsOf(args, COMMANDS), ...listedCommand(args), content].find((one) => one)
      : textsOf(args, COMMANDS)[0]
  return {
    action,
    fileDiff,
    kind: line !== undefined && kind === 'other' ? 'command' : kind,
    paths: paths as string[],
    commands: line ? commandsOf(line) : [],
  }
}

/** Action types are few, and asked for in every step. */
function knownKind(type: string, fileDiff: FileChange | undefined): SecurityView['kind'] {
  if (fileDiff !== undefined) return kindOf(type, fileDiff)
  let kind = kinds.get(type)
  if (kind === undefined) {
    kind = kindOf(type, undefined)
    if (kinds.size < 1000) kinds.set(type, kind)
  }
  return kind
}

function textsOf(object: JsonObject, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = object[name]
    return typeof value === 'string' ? [value] : []
  })
}

/** `["bash", "-lc", "…"]` */
function listedCommand(args: JsonObject): string[] {
  const list = args.command ?? args.cmd
  if (!Array.isArray(list) || !list.every((word) => typeof word === 'string')) return []
  return [(list as readonly string[]).map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')]
}
