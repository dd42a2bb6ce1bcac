import type { Command } from './commands.ts'
import type { SecurityRule } from './rule.ts'
import { isSecretPath } from './secret-paths.ts'

/** Reading a file that holds keys, or printing them from the environment or a key store. */
export const secretsRead: SecurityRule = {
  id: 'secrets_read',
  title: 'keys or passwords are read',
  flags: ({ kind, paths, commands }) =>
    (kind === 'read' && paths.some(isSecretPath)) || commands.some(readsSecret),
}

/** Programs that show, copy or send what is in the files they are given. */
const READERS = new Set([
  'awk', 'base64', 'bat', 'cat', 'cp', 'curl', 'cut', 'diff', 'egrep', 'fgrep', 'grep', 'head', 'hexdump', 'jq', 'less',
  'more', 'mv', 'nano', 'nl', 'od', 'openssl', 'perl', 'python', 'python3', 'rg', 'rsync', 'scp', 'sed', 'sort', 'source',
  'strings', 'tac', 'tail', 'tar', 'tee', 'type', 'vi', 'vim', 'xxd', 'yq', 'zip', '.', 'Get-Content', 'gc',
]) // biome-ignore format: a list

const SECRET_NAME = /(?:^|_)(?:api_?key|key|token|secret|passw(?:or)?d|credentials?)(?:_|$)/i

function readsSecret({ name, args, reads }: Command): boolean {
  if (reads.some(isSecretPath)) return true
  if (READERS.has(name)) return filesOf(name, args).some((arg) => isSecretPath(pathIn(arg)))
  switch (name) {
    case 'env':
    case 'set':
    case 'export':
      return args.length === 0 || (name === 'export' && args.length === 1 && args[0] === '-p')
    case 'printenv':
      return args.length === 0 || args.some((arg) => SECRET_NAME.test(arg))
    case 'echo':
    case 'printf':
      return args.some(showsSecret)
    case 'gh':
      return (
        args[0] === 'auth' && (args[1] === 'token' || args.includes('--show-token') || args.includes('-t'))
      )
    case 'git':
      return args[0] === 'credential' && args[1] === 'fill'
    case 'aws':
      return args[0] === 'configure' && (args[1] === 'get' || args[1] === 'export-credentials')
    case 'gcloud':
      return args.includes('print-access-token') || args.includes('print-identity-token')
    case 'security':
      return /^find-(?:generic|internet)-password$/.test(args[0] ?? '')
    default:
      return name === 'pass' && args[0] === 'show'
  }
}

/** Their first operand is a pattern or a script, unless an option has it. */
const PATTERN_FIRST = new Set(['awk', 'egrep', 'fgrep', 'grep', 'jq', 'perl', 'rg', 'sed', 'yq'])

function filesOf(name: string, args: readonly string[]): readonly string[] {
  if (!PATTERN_FIRST.has(name) || args.some((arg) => /^-[a-zA-Z]*[ef]$|^--(?:regexp|file)\b/.test(arg)))
    return args
  const pattern = args.findIndex((arg) => !arg.startsWith('-'))
  return args.filter((_, at) => at !== pattern)
}

/** `@.env` of curl, `--file=.env`. */
function pathIn(arg: string): string {
  return arg.replace(/^(?:--?[\w-]+=)?@?/, '')
}

function showsSecret(arg: string): boolean {
  return [...arg.matchAll(/\$\{?([A-Za-z_]\w*)/g)].some(([, variable = '']) => SECRET_NAME.test(variable))
}
