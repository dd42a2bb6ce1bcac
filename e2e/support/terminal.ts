import { spawn } from 'node:child_process'
import { MAIN } from './sft.ts'

/** Runs a command in a terminal of its own, and types each reply when its cue stands there. Prints all that was shown. */
const IN_A_TERMINAL = `
import json, os, pty, sys
steps = [(step['cue'].encode(), step['reply'].encode()) for step in json.loads(sys.argv[1])]
child, screen = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, seen = b'', 0
while True:
    try:
        part = os.read(screen, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    while steps and (found := shown.find(steps[0][0], seen)) != -1:
        seen = found + len(steps[0][0])
        os.write(screen, steps.pop(0)[1])
sys.stdout.buffer.write(shown)
sys.stdout.flush()
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
`

interface TypedReply {
  readonly cue: string
  readonly reply: string
}

/** Runs the `sft` command as at a terminal, where a person types a reply to each cue, one cue after another. */
export function sftAtTerminal(
  args: readonly string[],
  person: TypedReply | readonly TypedReply[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const { CI: _, ...own } = process.env
  const argv = ['-c', IN_A_TERMINAL, JSON.stringify([person].flat()), process.execPath, MAIN, ...args]
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
