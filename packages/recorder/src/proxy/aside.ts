import { closeSync, openSync, rmSync } from 'node:fs'
import { writeLine } from './write-line.ts'

/** The file of an exchange that goes on. */
export interface Aside {
  /** Makes the file with its first line; lines that were added before follow it. */
  begin(line: string): void
  add(line: string): void
  remove(): void
}

/**
 * @param file is made when it begins
 * @param onTrouble hears of what could not be written, once: then nothing more is
 */
export function openAside(file: string, onTrouble: (error: unknown) => void): Aside {
  let handle: number | undefined
  let early: string[] = []
  let over = false
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      over = true
      onTrouble(error)
    }
  }
  return {
    begin(line) {
      if (over) return
      attempt(() => {
        handle = openSync(file, 'ax', 0o600)
        writeLine(handle, [line, ...early].join(''))
        early = []
      })
    },
    add(line) {
      if (over) return
      if (handle === undefined) early.push(line)
      else attempt(() => writeLine(handle ?? 0, line))
    },
    remove() {
      over = true
      if (handle === undefined) return
      attempt(() => {
        closeSync(handle ?? 0)
        rmSync(file, { force: true })
      })
    },
  }
}
