import type { Command } from './commands.ts'
import { climbsOut } from './path-traversal.ts'
import type { SecurityRule } from './rule.ts'

/** A command, or the deletion of a path, that destroys what cannot be brought back, beyond one build's leftovers. */
export const destructiveCommand: SecurityRule = {
  id: 'destructive_command',
  title: 'a command that destroys more than its own files',
  flags: ({ kind, paths, commands, action }) =>
    (kind === 'delete' && paths.some(isPrecious)) ||
    commands.some(destroys) ||
    (kind === 'command' && isForkBomb(action.query ?? action.content ?? '')),
}

const FORK_BOMB = /(\w*|:)\s*\(\)\s*\{\s*\1\s*\|\s*\1\s*&\s*\}\s*;\s*\1/
/** Few command lines define a function. */
function isForkBomb(line: string): boolean {
  return line.includes('()') && FORK_BOMB.test(line)
}

const DISK = /^\/dev\/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|mapper)/

/** A place that holds more than one thing's files: the root, a home, the project itself, its history. */
function isPrecious(path: string): boolean {
  const plain = path.replace(/\/(?:\*|\.)?$/, '') || '/'
  if (/^(?:\/|\*|\.|\.\.|~|\.git|~\/?\*|\$\{?HOME\}?|[A-Za-z]:[\\/]?)$/.test(plain)) return true
  if (/(?:^|\/)\.git$/.test(plain)) return true
  if (/^\/(?:bin|boot|dev|etc|home|lib|lib64|opt|proc|root|sbin|srv|sys|usr|var|Users|Library)$/.test(plain))
    return true
  return /^\/(?:etc|usr|bin|lib|boot|home\/[^/]+$|Users\/[^/]+$)/.test(plain) || climbsOut(plain)
}

function destroys({ name, args, writes }: Command): boolean {
  if (writes.some((path) => DISK.test(path))) return true
  const operands = args.filter((arg) => !arg.startsWith('-'))
  const has = (short: string, long: string): boolean =>
    args.includes(long) ||
    args.some((arg) => new RegExp(`^-[A-Za-z]*${short}`).test(arg) && !arg.startsWith('--'))
  switch (name) {
    case 'rm':
      return (has('r', '--recursive') || has('R', '--recursive')) && operands.some(isPrecious)
    case 'chmod':
    case 'chown':
    case 'chgrp':
      return has('R', '--recursive') && operands.slice(1).some((path) => path !== '.' && isPrecious(path))
    case 'find':
      return (args.includes('-delete') || args.includes('rm')) && /^(?:\/|~|\$HOME)$/.test(operands[0] ?? '')
    case 'dd':
      return args.some((arg) => arg.startsWith('of=') && DISK.test(arg.slice(3)))
    case 'git':
      return destroysHistory(args)
    case 'terraform':
    case 'tofu':
      return args[0] === 'destroy' || args.includes('-destroy')
    case 'kubectl':
      return args[0] === 'delete' && !args.includes('--dry-run=client')
    case 'psql':
    case 'mysql':
    case 'mariadb':
    case 'sqlite3':
    case 'sqlcmd':
      return args.some(destroysTables)
    case 'kill':
      return operands.includes('-1') || args.at(-1) === '-1'
    case 'dropdb':
    case 'halt':
    case 'poweroff':
    case 'reboot':
    case 'shred':
    case 'shutdown':
    case 'wipefs':
      return true
    default:
      return /^mkfs(?:\.|$)/.test(name)
  }
}

function destroysHistory(args: readonly string[]): boolean {
  const rest = /^-[Cc]$/.test(args[0] ?? '') ? args.slice(2) : args
  const [command, ...options] = rest
  switch (command) {
    case 'push':
      return options.some(
        (option) => option === '--force' || /^-[a-z]*f/.test(option) || option === '--mirror',
      )
    case 'reset':
      return options.includes('--hard')
    case 'clean':
      return (
        options.some((option) => option === '--force' || /^-[a-zA-Z]*f/.test(option)) &&
        !options.some((option) => option === '--dry-run' || /^-[a-zA-Z]*n/.test(option))
      )
    case 'checkout':
    case 'restore':
      return options.at(-1) === '.' || options.includes(':/')
    case 'stash':
      return options[0] === 'clear' || options[0] === 'drop'
    case 'filter-branch':
      return true
    default:
      return false
  }
}

function destroysTables(text: string): boolean {
  if (/\b(?:drop\s+(?:table|database|schema)|truncate\s+(?:table\s+)?\w)/i.test(text)) return true
  return /\bdelete\s+from\s+\S+\s*(?:;|$)/i.test(text)
}
