import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A program that answers on loopback. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Of the program; what it starts are its children. */
  readonly pid: number
  /** What it has written so far, both streams. */
  output(): string
  /** Ends it and what it started. Ending it twice is the same as once. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

interface ServerProgram {
  readonly program: string
  args(port: number): readonly string[]
  env?(port: number): Readonly<Record<string, string>>
  /** The path that answers with 200 once it is ready. */
  readonly ready: string
}

/** Starts a program on a free port of loopback, and waits until it answers. */
export async function startServer({ program, args, env, ready }: ServerProgram): Promise<RunningServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  // A group of its own: what it starts (a model's runner) ends with it.
  const child = spawn(program, args(port), {
    detached: true,
    env: { ...process.env, ...env?.(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const endWithTests = (): void => endGroup(child, 'SIGKILL')
  process.once('exit', endWithTests)
  const output = gather(child)
  const stop = async (): Promise<void> => {
    process.off('exit', endWithTests)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    endGroup(child, 'SIGTERM')
    await Promise.race([exit, pause(5000, undefined, { ref: false })])
    endGroup(child, 'SIGKILL')
    await exit
  }
  try {
    await untilReady(`${url}${ready}`, child)
  } catch (error) {
    await stop()
    throw new Error(`${program} does not answer: ${(error as Error).message}\n${output().slice(-2000)}`)
  }
  return { url, port, pid: child.pid as number, output, stop, [Symbol.asyncDispose]: stop }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 600_000
  let failed: Error | undefined
  child.once('error', (error) => {
    failed = error
  })
  while (Date.now() < deadline) {
    if (failed) throw failed
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    await pause(50)
  }
  throw new Error('nothing after 10 minutes')
}

function gather(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
  }
  return () => text
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It is gone already.
  }
}
