import { spawn } from 'node:child_process'
import { MAIN } from './sft.ts'

/** Runs a command in a terminal and presses keys, each when the screen was drawn again after the one before. */
const ON_A_SCREEN = `
import fcntl, json, os, pty, struct, sys, termios
keys, rows, columns = json.loads(sys.argv[1])
child, screen = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
def resize(rows, columns):
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
resize(rows, columns)
shown, screens = b'', []
DRAWN, END = b'\\x1b[H', b'\\x1b[J'
while True:
    try:
        part = os.read(screen, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
    # One key at a time: a screen that is whole tells that the one before was heard.
    if keys and shown.count(END) > len(screens) and shown.rstrip().endswith(END):
        screens.append(shown.split(DRAWN)[-1].split(END)[0].decode())
        key = keys.pop(0)
        if isinstance(key, list):
            resize(*key)
        else:
            os.write(screen, key.encode())
screens.append(shown.split(DRAWN)[-1].split(END)[0].decode())
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps({'code': code, 'screens': screens, 'after': shown.split(END)[-1].decode(), 'raw': shown.decode()}))
`

export interface Screens {
  readonly code: number
  /** What stood on the screen before each key, and last; without colours and the cursor's ways. */
  readonly screens: readonly string[]
  /** What was printed when the screen was given back. */
  readonly after: string
  readonly raw: string
}

/**
 * Runs the `sft` command in a terminal of a size.
 *
 * @param keys texts that are typed, one after the other; `[rows, columns]` makes the window another size
 */
export function sftOnScreen(
  args: readonly string[],
  keys: readonly (string | readonly [rows: number, columns: number])[],
  {
    cwd,
    rows = 24,
    columns = 80,
  }: { readonly cwd: string; readonly rows?: number; readonly columns?: number },
): Promise<Screens> {
  const { CI: _, INIT_CWD: _callers, npm_lifecycle_event: _script, ...own } = process.env
  const argv = ['-c', ON_A_SCREEN, JSON.stringify([keys, rows, columns]), process.execPath, MAIN, ...args]
  const child = spawn('python3', argv, { cwd, env: { ...own, NO_COLOR: '1', TERM: 'xterm' } })
  let printed = ''
  let failed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    failed += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      try {
        const { screens, ...rest } = JSON.parse(printed) as Screens
        resolve({ ...rest, screens: screens.map(plain) })
      } catch {
        reject(new Error(`The terminal failed: ${failed}`))
      }
    })
  })
}

function plain(screen: string): string {
  return screen.replaceAll('\u001b[K', '').replaceAll('\r', '').replaceAll(/\n+/g, '\n')
}
