import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type Exchange, type RecordProxy, type RecordProxyOptions, recordProxy } from '../../src/index.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Runs when the test is over. */
export function after(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-recorder-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TestProxy extends RecordProxy {
  readonly out: string
  /** Waits until so many exchanges were recorded, and reads them. */
  exchanges(count: number): Promise<Exchange[]>
}

export async function testProxy(options: Omit<RecordProxyOptions, 'out'>): Promise<TestProxy> {
  const out = temporaryFolder()
  let recorded = 0
  let wake = (): void => {}
  const proxy = await recordProxy({
    out,
    environment: {},
    ...options,
    onExchange(exchange, trouble) {
      recorded++
      options.onExchange?.(exchange, trouble)
      wake()
    },
  })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= proxy.close())
  after(close)
  return {
    ...proxy,
    out,
    close,
    async exchanges(count) {
      while (recorded < count)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return readExchanges(proxy.file)
    },
  }
}

export function readExchanges(file: string): Exchange[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Exchange)
}

/** Everything that stands in the files of a folder, as one text. */
export function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

export interface TestUpstream {
  readonly url: string
  readonly requests: { method: string; url: string; rawHeaders: string[]; body: Buffer }[]
}

/** An upstream that answers as the test says, and keeps what it was asked. */
export async function upstream(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer) => unknown,
): Promise<TestUpstream> {
  const requests: TestUpstream['requests'] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const body = Buffer.concat(chunks)
    const { method = '', url = '', rawHeaders } = incoming
    requests.push({ method, url, rawHeaders, body })
    await answer(incoming, outgoing, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

export interface RawAnswer {
  readonly status: number
  readonly message: string
  readonly headers: readonly string[]
  readonly body: Buffer
  /** As they came. */
  readonly chunks: readonly string[]
}

/** A request whose answer is looked at byte by byte. */
export function ask(
  url: string,
  {
    method = 'POST',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          message: answer.statusMessage ?? '',
          headers: answer.rawHeaders,
          body: Buffer.concat(chunks),
          chunks: chunks.map(String),
        }),
      )
    })
    asking.on('error', reject)
    asking.end(body)
  })
}
