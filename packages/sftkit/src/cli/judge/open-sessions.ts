import type { Sessions } from './sessions.ts'
import { sessionsOfFiles } from './trace-file.ts'

/** What is to be judged: a database's sessions, else the traces of files. */
export async function sessionsOf(
  inputs: readonly string[],
  options: { readonly cwd: string; readonly config: string | undefined },
): Promise<Sessions> {
  return sessionsOfFiles(inputs, options)
}
