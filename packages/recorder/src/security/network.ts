import type { Command } from './commands.ts'
import type { SecurityRule } from './rule.ts'

/** Something outside this machine is reached: downloads, uploads, package managers, remote shells. */
export const network: SecurityRule = {
  id: 'network',
  title: 'another machine is reached',
  flags: ({ action, commands }) =>
    (WEB_ACTION.test(action.type) && !isLocalUrl(action.path ?? action.query ?? '')) ||
    isRemoteUrl(action.path ?? '') ||
    commands.some(reachesOut),
}

const WEB_ACTION =
  /^(?:web|http|browser|url)[_-]?(?:fetch|search|get|post|request|open|navigate|goto)?$|^(?:fetch|browse|download|upload|navigate|goto)(?:[_-](?:url|page|web))?$/i

function isRemoteUrl(text: string): boolean {
  return /^(?:https?|ftp|wss?|ssh|git|s3|gs):\/\//i.test(text) && !isLocalUrl(text)
}

function isLocalUrl(text: string): boolean {
  return /^(?:\w+:\/\/)?(?:[^@/]*@)?(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])(?:[:/?#]|$)/i.test(text)
}

/** Programs whose operands are hosts or addresses. */
const CLIENTS = new Set([
  'aria2c', 'curl', 'ftp', 'http', 'https', 'lftp', 'lynx', 'nc', 'ncat', 'netcat', 'nmap', 'ping', 'ping6', 'sftp', 'ssh',
  'telnet', 'traceroute', 'w3m', 'wget', 'wscat', 'xh', 'dig', 'nslookup', 'whois', 'Invoke-WebRequest', 'iwr',
]) // biome-ignore format: a list

/** Subcommands that fetch or send. */
const REMOTE: Readonly<Record<string, RegExp>> = {
  git: /^(?:clone|fetch|pull|push|ls-remote)$/,
  npm: /^(?:install|i|ci|add|update|publish|view|audit|exec)$/,
  pnpm: /^(?:install|i|add|update|publish|dlx)$/,
  yarn: /^(?:install|add|upgrade|publish|dlx)$/,
  pip: /^(?:install|download)$/,
  uv: /^(?:sync|add|lock)$/,
  poetry: /^(?:install|add|update|publish)$/,
  conda: /^(?:install|create|update)$/,
  apt: /^(?:install|update|upgrade|download)$/,
  'apt-get': /^(?:install|update|upgrade|download)$/,
  apk: /^(?:add|update|upgrade)$/,
  yum: /^(?:install|update)$/,
  dnf: /^(?:install|update|upgrade)$/,
  brew: /^(?:install|update|upgrade)$/,
  gem: /^(?:install|update|push)$/,
  cargo: /^(?:install|add|fetch|update|publish)$/,
  go: /^(?:get|install)$/,
  docker: /^(?:pull|push|login)$/,
  gh: /^(?:api|pr|issue|repo|release|run|gist|search|workflow)$/,
  hf: /^(?:download|upload|auth)$/,
  'huggingface-cli': /^(?:download|upload|login)$/,
}

const IN_CODE =
  /\b(?:urllib|requests|httpx|aiohttp|http\.client|socket|ftplib|smtplib|paramiko)\b|\bfetch\(|\bhttps?\.(?:get|request)\(/

function reachesOut({ name, args, reads, writes }: Command): boolean {
  if ([...reads, ...writes].some((path) => /^\/dev\/(?:tcp|udp)\//.test(path))) return true
  const operands = args.filter((arg) => !arg.startsWith('-'))
  if (CLIENTS.has(name)) {
    const asked = args.length > 0 && args.every((arg) => /^-{1,2}(?:V|h|version|help)$/.test(arg))
    return !asked && !operands.some(isLocalHost)
  }
  if (name === 'scp' || name === 'rsync')
    return operands.some((one) => /^[^/:]+:/.test(one) && !isLocalHost(one))
  if (/^(?:python[\d.]*|node|ruby|perl|deno|bun)$/.test(name)) {
    if (args[0] === '-m' && /^pip\d*$/.test(args[1] ?? '')) return installs('pip', args.slice(2))
    return args.some((arg, at) => /^-(?:c|e|p|-eval)$/.test(args[at - 1] ?? '') && IN_CODE.test(arg))
  }
  return installs(/^pip[\d.]*$/.test(name) ? 'pip' : name, args)
}

function installs(name: string, args: readonly string[]): boolean {
  const operands = args.filter((arg) => !arg.startsWith('-'))
  // The options of git that stand before the subcommand have values.
  const at = name === 'git' && /^-[Cc]$/.test(args[0] ?? '') ? 1 : 0
  if (!REMOTE[name]?.test(operands[at] ?? '')) return false
  if (args.includes('--no-index') || args.includes('--offline')) return false
  if (name === 'git') return !operands.slice(at + 1).some((one) => /^(?:file:|\.{1,2}\/|\/)/.test(one))
  return true
}

function isLocalHost(operand: string): boolean {
  return isLocalUrl(operand)
}
