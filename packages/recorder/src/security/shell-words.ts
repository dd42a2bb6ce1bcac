/** A command line cut into words: the words of each simple command, and what stands inside `$(…)` and backticks. */
export interface ShellWords {
  readonly commands: readonly SimpleCommand[]
  /** Command lines inside others. */
  readonly inner: readonly string[]
}

export interface SimpleCommand {
  readonly words: readonly string[]
  /** The files that its output goes to (`>`, `>>`). */
  readonly writes: readonly string[]
  /** The files that its input comes from (`<`). */
  readonly reads: readonly string[]
}

type Redirection = 'writes' | 'reads' | 'here' | undefined

/**
 * Cuts a POSIX command line into simple commands: quotes, escapes, comments, redirections and here-documents are
 * understood, so that words inside a text are no commands. Expansions stay as they are written.
 */
export function shellWords(line: string): ShellWords {
  const commands: SimpleCommand[] = []
  const inner: string[] = []
  let words: string[] = []
  let writes: string[] = []
  let reads: string[] = []
  let word = ''
  let inWord = false
  let redirection: Redirection
  let hereDocuments: string[] = []
  let at = 0

  const endWord = (): void => {
    if (!inWord) return
    if (redirection === 'writes') writes.push(word)
    else if (redirection === 'reads') reads.push(word)
    else if (redirection === 'here') hereDocuments.push(word)
    else words.push(word)
    redirection = undefined
    word = ''
    inWord = false
  }
  const endCommand = (): void => {
    endWord()
    if (words.length > 0 || writes.length > 0 || reads.length > 0) commands.push({ words, writes, reads })
    words = []
    writes = []
    reads = []
  }
  const take = (text: string): void => {
    word += text
    inWord = true
  }
  /** Takes `$(…)` or backticks as a part of the word, and what is inside as a command line. */
  const substitution = (open: number): void => {
    const dollar = line[open] === '$'
    const start = open + (dollar ? 2 : 1)
    const end = dollar ? closing(line, start) : line.indexOf('`', start)
    const stop = end === -1 ? line.length : end
    inner.push(line.slice(start, stop))
    take(line.slice(open, stop + 1))
    at = stop + 1
  }

  while (at < line.length) {
    const char = line[at] as string
    if (char === '\\') {
      if (line[at + 1] !== '\n') take(line[at + 1] ?? '')
      at += 2
    } else if (char === "'") {
      const end = line.indexOf("'", at + 1)
      take(line.slice(at + 1, end === -1 ? undefined : end))
      at = end === -1 ? line.length : end + 1
    } else if (char === '"') {
      at++
      take('')
      while (at < line.length && line[at] !== '"') {
        if (line[at] === '\\' && /[$`"\\\n]/.test(line[at + 1] ?? '')) {
          take(line[at + 1] as string)
          at += 2
        } else if (line[at] === '`' || line.startsWith('$(', at)) substitution(at)
        else take(line[at++] as string)
      }
      at++
    } else if (char === '`' || line.startsWith('$(', at)) substitution(at)
    else if (char === '#' && !inWord) {
      const end = line.indexOf('\n', at)
      at = end === -1 ? line.length : end
    } else if (char === '\n') {
      endCommand()
      at++
      for (const mark of hereDocuments) at = endOfHereDocument(line, at, mark)
      hereDocuments = []
    } else if (char === ' ' || char === '\t' || char === '\r') {
      endWord()
      at++
    } else if (char === '>' || char === '<') {
      // A number or `&` before it says which of the command's streams it is.
      if (/^\d*$|^&$/.test(word)) {
        word = ''
        inWord = false
      } else endWord()
      const operator = /^(?:<<<|<<-?|>>|>\||<>|>&|<&|>|<)/.exec(line.slice(at, at + 3))?.[0] as string
      at += operator.length
      redirection =
        operator === '<<' || operator === '<<-' ? 'here' : operator[0] === '>' ? 'writes' : 'reads'
      if (operator === '<<<' || operator.endsWith('&')) redirection = operator === '<<<' ? 'reads' : undefined
    } else if (char === '&' && line[at + 1] === '>') {
      endWord()
      take('&')
      at++
    } else if (/[;&|(){}]/.test(char) && !(/[{}]/.test(char) && isInWord(line, at, inWord))) {
      endCommand()
      at++
    } else {
      take(char)
      at++
    }
  }
  endCommand()
  return { commands, inner }
}

/** Braces are words of the shell only where they stand alone. */
function isInWord(line: string, at: number, inWord: boolean): boolean {
  const next = line[at + 1]
  return inWord || (next !== undefined && !/[\s;]/.test(next))
}

/** Where the `)` is that closes; quotes inside may hold others. */
function closing(line: string, from: number): number {
  let depth = 1
  for (let at = from; at < line.length; at++) {
    const char = line[at]
    if (char === '\\') at++
    else if (char === "'") {
      const end = line.indexOf("'", at + 1)
      if (end === -1) return -1
      at = end
    } else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at
  }
  return -1
}

/** The text of a here-document is input, no command. */
function endOfHereDocument(line: string, from: number, mark: string): number {
  let at = from
  while (at < line.length) {
    const end = line.indexOf('\n', at)
    const stop = end === -1 ? line.length : end
    if (line.slice(at, stop).trim() === mark) return stop + 1
    at = stop + 1
  }
  return line.length
}
