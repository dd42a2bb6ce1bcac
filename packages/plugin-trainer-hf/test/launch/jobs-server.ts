import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { z } from 'zod'
import { type Buckets, buckets } from './buckets.ts'

/** What `POST /api/jobs/{namespace}` takes. */
const requestSchema = z.strictObject({
  command: z.array(z.string()).min(1),
  arguments: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()),
  secrets: z.record(z.string(), z.string()).optional(),
  flavor: z.enum(['cpu-basic', 'cpu-upgrade', 'cpu-basicx2']),
  dockerImage: z.string(),
  timeoutSeconds: z.int().positive(),
  labels: z.record(z.string(), z.string()).optional(),
  volumes: z
    .array(
      z.strictObject({
        type: z.enum(['bucket', 'model', 'dataset', 'space']),
        source: z.string().regex(/^[^/]+\/[^/]+$/),
        mountPath: z.string().startsWith('/'),
        revision: z.string().optional(),
        readOnly: z.boolean().optional(),
        path: z.string().optional(),
      }),
    )
    .optional(),
})
export type JobRequestBody = z.output<typeof requestSchema>

interface RunningJob {
  readonly id: string
  readonly request: JobRequestBody
  readonly lines: string[]
  readonly listeners: Set<ServerResponse>
  stage: string
  message: string | null
  startedAt: string | null
  finishedAt: string | null
  child?: ChildProcess
}

export interface JobsServerOptions {
  /** The Hub that answers everything but jobs. */
  readonly hub: string
  readonly token: string
  /** The interpreter that stands for what uv would make. */
  readonly python: string
  readonly folder: string
}

export interface JobsServer {
  /** For HF_ENDPOINT. */
  readonly url: string
  readonly jobs: readonly RunningJob[]
  /** Requests for jobs, as `METHOD PATH`. */
  readonly requests: readonly string[]
  readonly buckets: Buckets
  /** Breaks each log connection after so many lines, this number of times. */
  breakLogs(times: number, after: number): void
  /** The container's own clock says that a job has no more time. */
  timeIsOver(id: string): void
  /** Ends a job as the place does. */
  end(id: string, stage: string, message?: string): void
  close(): Promise<void>
}

const HARDWARE = [
  {
    name: 'cpu-basic',
    prettyName: 'CPU Basic',
    cpu: '2 vCPU',
    ram: '16 GB',
    accelerator: null,
    unitCostMicroUSD: 167,
    unitCostUSD: 0.000167,
    unitLabel: 'minute',
  },
  {
    name: 'cpu-upgrade',
    prettyName: 'CPU Upgrade',
    cpu: '8 vCPU',
    ram: '32 GB',
    accelerator: null,
    unitCostMicroUSD: 500,
    unitCostUSD: 0.0005,
    unitLabel: 'minute',
  },
  {
    name: 'cpu-basicx2',
    prettyName: 'Two',
    cpu: '2 vCPU',
    ram: '16 GB',
    accelerator: null,
    unitCostMicroUSD: 167,
    unitCostUSD: 0.000167,
    unitLabel: 'minute',
  },
]

/** HF Jobs on this machine: each job is a process here, and every request is held against the documented API. */
export async function jobsServer(options: JobsServerOptions): Promise<JobsServer> {
  const jobs: RunningJob[] = []
  const requests: string[] = []
  const breaks = { times: 0, after: 0 }
  const bin = containerPrograms(options)
  const stores = buckets(join(options.folder, 'buckets'), options.token)
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request
    const { pathname } = new URL(url, 'http://localhost')
    if (await stores.answer(request, response, () => bodyOf(request))) return
    if (!pathname.startsWith('/api/jobs/')) return forward(options.hub, request, response)
    requests.push(`${method} ${pathname}`)
    const [, , , namespace = '', id, action] = pathname.split('/')
    if (`${method} ${namespace}` === 'GET hardware') return answer(response, 200, HARDWARE)
    if (request.headers.authorization !== `Bearer ${options.token}`)
      return answer(response, 401, { error: 'Invalid token' })
    if (namespace !== 'alice') return answer(response, 403, { error: 'Forbidden' })
    if (method === 'POST' && id === undefined) {
      const parsed = requestSchema.safeParse(JSON.parse((await bodyOf(request)).toString('utf8')))
      if (!parsed.success) return answer(response, 400, { error: parsed.error.issues[0]?.message })
      const job: RunningJob = {
        id: `job${jobs.length + 1}`,
        request: parsed.data,
        lines: [],
        listeners: new Set(),
        stage: 'SCHEDULING',
        message: null,
        startedAt: null,
        finishedAt: null,
      }
      jobs.push(job)
      setTimeout(() => startJob(job), 300)
      return answer(response, 200, described(job))
    }
    const job = jobs.find((one) => one.id === id)
    if (job === undefined) return answer(response, 404, { error: 'Job not found' })
    if (method === 'GET' && action === undefined) return answer(response, 200, described(job))
    if (method === 'POST' && action === 'cancel') {
      endJob(job, 'CANCELED')
      return answer(response, 200, described(job))
    }
    if (method === 'GET' && action === 'logs') return streamLogs(job, request, response)
    return answer(response, 404, { error: 'Not Found' })
  })

  function startJob(job: RunningJob): void {
    if (job.stage !== 'SCHEDULING') return
    const [file = '', ...args] = job.request.command
    const home = join(options.folder, job.id)
    mkdirSync(home, { recursive: true })
    const volumes = (job.request.volumes ?? []).map(({ source, path = '', mountPath }) => {
      const folder = join(stores.folderOf(source), path)
      mkdirSync(folder, { recursive: true })
      return { folder, mountPath }
    })
    // Not everybody may mount: where a variable has the path, it gets the folder itself.
    const placed = Object.fromEntries(
      Object.entries(job.request.environment).map(([name, value]) => [
        name,
        volumes.find(({ mountPath }) => mountPath === value)?.folder ?? value,
      ]),
    )
    Object.assign(job, { stage: 'RUNNING', startedAt: new Date().toISOString() })
    const child = spawn(file, args, {
      cwd: home,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: [bin, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
        HOME: home,
        TMPDIR: home,
        HF_ENDPOINT: url(),
        HF_HUB_DISABLE_XET: '1',
        OMP_NUM_THREADS: '1',
        PYTHONDONTWRITEBYTECODE: '1',
        ...placed,
        ...job.request.secrets,
      },
    })
    job.child = child
    say(job, `===== Job started at ${job.startedAt} =====`)
    for (const stream of [child.stdout, child.stderr]) {
      let rest = ''
      stream?.on('data', (chunk: Buffer) => {
        const lines = (rest + String(chunk)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) say(job, line)
      })
    }
    const timer = setTimeout(() => endJob(job, 'ERROR', 'Job timeout'), job.request.timeoutSeconds * 1000)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (job.stage === 'RUNNING')
        finish(
          job,
          code === 0 ? 'COMPLETED' : 'ERROR',
          code === 0 ? null : `Job failed with exit code: ${code}`,
        )
    })
  }

  function say(job: RunningJob, line: string): void {
    const data = `data: ${JSON.stringify({ data: line, timestamp: new Date().toISOString() })}\n\n`
    job.lines.push(data)
    for (const listener of job.listeners) listener.write(data)
  }

  function finish(job: RunningJob, stage: string, message: string | null): void {
    Object.assign(job, { stage, message, finishedAt: new Date().toISOString() })
    for (const listener of job.listeners) listener.end()
    job.listeners.clear()
  }

  function endJob(job: RunningJob, stage: string, message?: string): void {
    if (job.finishedAt !== null) return
    finish(job, stage, message ?? null)
    try {
      if (job.child?.pid !== undefined) process.kill(-job.child.pid, 'SIGKILL')
    } catch {}
  }

  function streamLogs(job: RunningJob, request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': keep-alive\n\n')
    if (breaks.times > 0) {
      breaks.times--
      response.write(job.lines.slice(0, breaks.after).join(''), () => setImmediate(() => response.destroy()))
      return
    }
    response.write(job.lines.join(''))
    if (job.finishedAt !== null) return void response.end()
    job.listeners.add(response)
    request.on('close', () => job.listeners.delete(response))
  }

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: url(),
    buckets: stores,
    jobs,
    requests,
    breakLogs: (times, after) => Object.assign(breaks, { times, after }),
    timeIsOver: (id) => writeFileSync(join(options.folder, id, 'time-over'), ''),
    end(id, stage, message) {
      const job = jobs.find((one) => one.id === id)
      if (job !== undefined) endJob(job, stage, message)
    },
    async close() {
      for (const job of jobs) endJob(job, 'DELETED')
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** `uv` and `uvx` as the image has them, for the calls that are made: packages come from an environment that is there. */
function containerPrograms({ folder, python }: JobsServerOptions): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const programs = {
    uv: `case "$1 $2 $3" in
"run --script "*) shift 2; exec '${python}' "$@" ;;
"run --no-project --with-requirements") [ -s "$4" ] || exit 2; shift 5; exec '${python}' "$@" ;;
*) echo "uv: $*" >&2; exit 2 ;;
esac`,
    uvx: `[ "$1" = --from ] && [ "$3" = hf ] || { echo "uvx: $*" >&2; exit 2; }
shift 3; exec '${join(dirname(python), 'hf')}' "$@"`,
    // The time is over when the test says so.
    timeout: `[ "$1" = --signal=TERM ] && [ "$2" -gt 0 ] || { echo "timeout: $*" >&2; exit 125; }
shift 2; "$@" & child=$!
trap 'kill -TERM "$child"' TERM
while kill -0 "$child" 2>/dev/null; do
  if [ -e "$HOME/time-over" ]; then rm "$HOME/time-over"; kill -TERM "$child"; fi
  sleep 0.1
done
wait "$child"`,
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return bin
}

function described({ id, stage, message, request, startedAt, finishedAt }: RunningJob): unknown {
  const { secrets = {}, ...spec } = request
  return {
    type: 'job',
    id,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt,
    finishedAt,
    status: { stage, message, failureCount: 0 },
    owner: { id: '0', name: 'alice', type: 'user' },
    ...spec,
    secrets: Object.keys(secrets),
  }
}

async function forward(hub: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request
  const body = await bodyOf(request)
  const passed = Object.entries(headers).filter(
    ([name]) => !/^(host|connection|content-length|transfer-encoding|expect)$/.test(name),
  )
  const answered = await fetch(hub + url, {
    method,
    redirect: 'manual',
    headers: passed.map(([name, value]) => [name, String(value)] as [string, string]),
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  })
  const bytes = Buffer.from(await answered.arrayBuffer())
  response.writeHead(
    answered.status,
    Object.fromEntries(
      [...answered.headers].filter(([name]) => name !== 'content-encoding' && name !== 'transfer-encoding'),
    ),
  )
  response.end(method === 'HEAD' ? undefined : bytes)
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
