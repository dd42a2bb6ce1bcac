import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { type TreeCost, treeCost } from '../harness/process-tree.ts'

/** What a command cost from its beginning up to the end of one of its parts. */
interface Mark {
  readonly part: string
  readonly wall: number
  readonly cpu: number
}

export interface Watched {
  /** Seconds. */
  readonly wall: number
  readonly cpu: number
  /** Peak bytes of the command and all that it started, together. */
  readonly peak: number
  /** The same without pages of files. */
  readonly peakOwn: number
  /** Of the server's processes, in the same time. */
  readonly server: { readonly cpu: number; readonly peak: number }
  readonly marks: readonly Mark[]
}

const EVERY_MS = 500

/**
 * Runs a command and looks at its processes, and at those of a server that it uses, some times a second. Lines of the
 * command that are `{"part": …}` end its parts.
 *
 * @throws Error with the end of what it printed, where it fails
 */
export async function watch(
  argv: readonly [string, ...string[]],
  cwd: string,
  server: number,
): Promise<Watched> {
  const began = performance.now()
  const before = treeCost(server).cpu
  const child = spawn(argv[0], argv.slice(1), { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const complaint = text(child.stderr)
  const [own, theirs]: [TreeCost[], TreeCost[]] = [[], []]
  const look = (): TreeCost => {
    const now = treeCost(child.pid as number)
    own.push(now)
    theirs.push(treeCost(server))
    return now
  }
  const every = setInterval(look, EVERY_MS)
  const marks: Mark[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { part } = line.startsWith('{') ? (JSON.parse(line) as { part: string }) : {}
    if (part !== undefined) marks.push({ part, wall: (performance.now() - began) / 1000, cpu: look().cpu })
  })
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  clearInterval(every)
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${(await complaint).slice(-2000)}`)
  const most = (costs: readonly TreeCost[], of: (cost: TreeCost) => number): number =>
    Math.max(0, ...costs.map(of))
  return {
    wall: (performance.now() - began) / 1000,
    cpu: most(own, (cost) => cost.cpu),
    peak: most(own, (cost) => cost.memory),
    peakOwn: most(own, (cost) => cost.memory - cost.ofFiles),
    server: { cpu: treeCost(server).cpu - before, peak: most(theirs, (cost) => cost.memory) },
    marks,
  }
}
