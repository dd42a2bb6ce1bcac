import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const PATCHED = '_training.jinja'
const WHERE = [
  'import importlib.util as u',
  's = u.find_spec("trl")',
  'print(list(s.submodule_search_locations)[0] if s else "")',
].join('; ')

/**
 * The copies with generation marks that the installed TRL trains known templates with, by the template's text.
 * TRL takes them by exact equality (`get_training_chat_template`).
 *
 * @param python the training environment's interpreter; TRL itself is not imported, only found
 * @returns none where there is no TRL
 */
export async function trlTemplates(python: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', WHERE], { timeout: 300_000, cwd: '/' })
    const folder = join(stdout.trim(), 'chat_templates')
    for (const name of (await readdir(folder)).filter((file) => file.endsWith(PATCHED)).sort()) {
      const original = await readFile(join(folder, name.replace(PATCHED, '.jinja')), 'utf8')
      found.set(newlines(original), newlines(await readFile(join(folder, name), 'utf8')))
    }
  } catch {
    return found
  }
  return found
}

/** Python reads the files with its own newlines; what the tokenizer has is compared as it is. */
function newlines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
