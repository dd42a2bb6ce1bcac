import { emitKeypressEvents } from 'node:readline'
import type { Key } from './keys.ts'
import type { Size } from './screen.ts'

/** A terminal that shows whole screens and tells single keys. */
export interface Terminal {
  size(): Size
  show(lines: readonly string[]): void
  /** The keys as they are pressed; `resize` where the window changed. Ends where the terminal goes away. */
  keys(): AsyncIterable<{ readonly text: string | undefined; readonly key: Key } | 'resize'>
  /** Gives the terminal back as it was. */
  close(): void
}

const OTHER_SCREEN = '\u001b[?1049h\u001b[?25l'
const OWN_SCREEN = '\u001b[?25h\u001b[?1049l'

export function openTerminal(
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stdout,
): Terminal {
  const waiting: ({ text: string | undefined; key: Key } | 'resize' | 'end')[] = []
  let wake: (() => void) | undefined
  const push = (event: (typeof waiting)[number]): void => {
    waiting.push(event)
    wake?.()
  }
  const onKey = (text: string | undefined, key: Key): void => push({ text, key })
  const onResize = (): void => push('resize')
  const onEnd = (): void => push('end')
  // Another program's `kill`, or the window being closed: the terminal is given back first.
  const signals = ['SIGTERM', 'SIGHUP'] as const

  emitKeypressEvents(input)
  input.setRawMode(true)
  input.resume()
  input.on('keypress', onKey)
  input.on('end', onEnd)
  output.on('resize', onResize)
  for (const signal of signals) process.on(signal, onEnd)
  output.write(OTHER_SCREEN)

  return {
    size: () => ({ columns: Math.max(20, output.columns ?? 80), rows: Math.max(6, output.rows ?? 24) }),
    show(lines) {
      output.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J`)
    },
    async *keys() {
      for (;;) {
        const event = waiting.shift()
        if (event === 'end') return
        if (event !== undefined) yield event
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
    close() {
      input.off('keypress', onKey)
      input.off('end', onEnd)
      output.off('resize', onResize)
      for (const signal of signals) process.off(signal, onEnd)
      input.setRawMode(false)
      input.pause()
      output.write(OWN_SCREEN)
    },
  }
}
