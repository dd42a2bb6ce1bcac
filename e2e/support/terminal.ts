import { spawn } from 'node:child_process'
import { MAIN } from './sft.ts'

/** Runs a command in a terminal of its own, and types the reply when the cue stands there. Prints all that was shown. */
const IN_A_TERMINAL = `
import os, pty, sys
cue, reply = sys.argv[1].encode(), sys.argv[2].encode()
child, screen = pty.fork()
if child == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
shown, typed = b'', False
while True:
    try:
        part = os.read(screen, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not typed and cue in shown:
        os.write(screen, reply)
        typed = True
sys.stdout.buffer.write(shown)
sys.stdout.flush()
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
`

/** Runs the `sft` command as at a terminal, where a person types a reply to a cue. */
export function sftAtTerminal(
  args: readonly string[],
  person: { readonly cue: string; readonly reply: string },
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const { CI: _, ...own } = process.env
  const argv = ['-c', IN_A_TERMINAL, person.cue, person.reply, process.execPath, MAIN, ...args]
  const child = spawn('python3', argv, { cwd, env: { ...own, NO_COLOR: '1', ...env } })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, shown }))
  })
}
