import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Whether a missing Slurm is a failure: SFT_REQUIRE names what has to be there. */
const required = (process.env.SFT_REQUIRE ?? '').split(',').some((part) => part.trim() === 'slurm')

/** A real cluster of two nodes, both of them this machine. */
export interface Cluster {
  /** Its slurm.conf, for SLURM_CONF. */
  readonly conf: string
  stop(): Promise<void>
}

/**
 * Starts Slurm's own daemons, or says why they cannot be had here.
 *
 * @throws where there is none and SFT_REQUIRE asks for it
 */
export async function startCluster(): Promise<Cluster | { readonly reason: string }> {
  const script = fileURLToPath(new URL('../../../../scripts/slurm.mjs', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  const [said, conf] = [textOf(child, 'stderr'), firstLine(child)]
  const ready = await Promise.race([conf, closed.then(() => undefined)])
  if (ready === undefined) {
    const reason = said().trim().split('\n').at(0) ?? 'no reason given'
    if (required) throw new Error(`SFT_REQUIRE asks for Slurm. ${said()}`)
    return { reason }
  }
  return {
    conf: ready,
    async stop() {
      child.stdin?.end()
      await closed
    },
  }
}

function textOf(child: ChildProcess, stream: 'stderr'): () => string {
  let text = ''
  child[stream]?.on('data', (chunk: Buffer) => {
    text += String(chunk)
  })
  return () => text
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk).trim())),
  )
}
