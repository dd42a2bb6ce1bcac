import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A fenced block of a page that is marked `ts check` or `ts run`. */
export interface Snippet {
  readonly page: string
  /** 1-based line of the block's fence. */
  readonly line: number
  readonly runs: boolean
  /** Where it was written. */
  readonly file: string
}

const FENCE = /^```ts (check|run)(?: file=(\S+))?\n([\s\S]*?)^```$/gm

/**
 * Writes the marked blocks of pages below `folder`: each into a folder of its own, beside the named files (`file=…`)
 * that the page showed before it.
 *
 * @param pages paths relative to `root`
 */
export function writeSnippets(root: string, pages: readonly string[], folder: string): Snippet[] {
  rmSync(folder, { recursive: true, force: true })
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const named = new Map<string, string>()
    return [...text.matchAll(FENCE)].map(([, mark, name = 'snippet.ts', code = ''], number) => {
      const own = join(folder, page.replaceAll(/[/.]/g, '-'), String(number))
      mkdirSync(own, { recursive: true })
      named.set(name, code)
      for (const [file, content] of named) writeFileSync(join(own, file), content)
      if (name === 'snippet.ts') named.delete(name)
      const line = text.slice(0, text.indexOf(code)).split('\n').length - 1
      return { page, line, runs: mark === 'run', file: join(own, name) }
    })
  })
}
