import { type SimpleCommand, shellWords } from './shell-words.ts'

/** A command as it is run: without the assignments and the programs that only start others. */
export interface Command {
  /** The program's name without its folder: `rm`. */
  readonly name: string
  readonly args: readonly string[]
  /** The files that its output goes to. */
  readonly writes: readonly string[]
  /** The files that its input comes from. */
  readonly reads: readonly string[]
}

/** Programs that run the command behind their own options. */
const STARTERS = new Set([
  'builtin', 'chronic', 'command', 'doas', 'env', 'exec', 'ionice', 'nice', 'nohup', 'setsid', 'stdbuf', 'sudo', 'then',
  'do', 'else', 'if', 'while', 'until', '!', 'time', 'timeout', 'watch', 'xargs', 'unbuffer', 'poetry', 'uv', 'pipenv',
]) // biome-ignore format: a list
/** Those that take the word `run` before the command. */
const WITH_RUN = new Set(['poetry', 'uv', 'pipenv'])
const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash', 'ash', 'ksh', 'eval'])
/** A command line inside another one, inside another one, …: enough is enough. */
const DEEPEST = 4
/** Longer command lines carry a file; what runs is at their beginning. */
const LONGEST = 20_000

/** The commands of a command line, in their order, with those inside `sh -c '…'`, `$(…)` and backticks. */
export function commandsOf(line: string, depth = 0): Command[] {
  if (depth > DEEPEST || line === '') return []
  const { commands, inner } = shellWords(line.slice(0, LONGEST))
  return [
    ...commands.flatMap((command) => started(command, depth)),
    ...inner.flatMap((text) => commandsOf(text, depth + 1)),
  ]
}

function started({ words, writes, reads }: SimpleCommand, depth: number): Command[] {
  let from = 0
  while (/^[A-Za-z_]\w*=/.test(words[from] ?? '')) from++
  const [first, ...args] = words.slice(from)
  const name = first === undefined ? '' : baseName(first)
  const here = { name, args, writes, reads }
  if (SHELLS.has(name)) {
    const script = name === 'eval' ? args.join(' ') : scriptOf(args)
    return script === undefined ? [here] : [here, ...commandsOf(script, depth + 1)]
  }
  if (!STARTERS.has(name) || depth > DEEPEST) return [here]
  const rest = behindOptions(name, args)
  return rest.length === 0 ? [here] : started({ words: rest, writes, reads }, depth + 1)
}

/** What stands behind `-c`, also in `-lc`. */
function scriptOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg))
  return at === -1 ? undefined : args[at + 1]
}

/** The command that a starter starts: what follows its options and their values. */
function behindOptions(name: string, args: readonly string[]): readonly string[] {
  if (WITH_RUN.has(name)) return args[0] === 'run' ? args.slice(1) : []
  let at = 0
  while (at < args.length) {
    const arg = args[at] as string
    if (/^-[ugCnIPLdks]$/.test(arg) && !(name === 'xargs' && arg === '-d')) at += 2
    else if (arg.startsWith('-') || /^[A-Za-z_]\w*=/.test(arg)) at++
    else if (name === 'timeout' && /^\d/.test(arg)) at++
    else break
  }
  return args.slice(at)
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.exe$/i, '')
}
