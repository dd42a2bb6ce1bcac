import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, relative } from 'node:path'

/** Buckets of the Hub as folders on this machine: made, looked at, listed and read by the documented API. */
export interface Buckets {
  /** What is public; others are made private. */
  readonly visibility: Map<string, string>
  folderOf(bucket: string): string
  /** @returns whether the request was one for buckets */
  answer(request: IncomingMessage, response: ServerResponse, body: () => Promise<Buffer>): Promise<boolean>
}

export function buckets(root: string, token: string): Buckets {
  const visibility = new Map<string, string>()
  const folderOf = (bucket: string): string => join(root, bucket)
  const json = (response: ServerResponse, status: number, value: unknown): true => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
    return true
  }
  return {
    visibility,
    folderOf,
    async answer(request, response, body) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      const parts = pathname.split('/').slice(1).map(decodeURIComponent)
      const isApi = parts[0] === 'api'
      if (parts[isApi ? 1 : 0] !== 'buckets') return false
      if (request.headers.authorization !== `Bearer ${token}`)
        return json(response, 401, { error: 'Invalid token' })
      const [namespace = '', name = '', verb, ...rest] = parts.slice(isApi ? 2 : 1)
      const id = `${namespace}/${name}`
      const path = rest.join('/')
      if (request.method === 'POST' && isApi && verb === undefined) {
        if (visibility.has(id)) return json(response, 409, { error: 'exists' })
        const { visibility: wanted = 'public' } = JSON.parse((await body()).toString('utf8')) as {
          visibility?: string
        }
        visibility.set(id, wanted)
        mkdirSync(folderOf(id), { recursive: true })
        return json(response, 200, { id, url: `/buckets/${id}` })
      }
      if (!visibility.has(id)) return json(response, 404, { error: 'Bucket not found' })
      if (isApi && verb === undefined)
        return json(response, 200, {
          id,
          private: visibility.get(id) === 'private',
          createdAt: '2026-01-01T00:00:00.000Z',
          size: 0,
          totalFiles: 0,
        })
      if (isApi && verb === 'tree' && searchParams.get('recursive') === 'true')
        return json(response, 200, listed(folderOf(id), path))
      const file = join(folderOf(id), path)
      if (verb !== 'resolve' || !existsSync(file)) {
        response.setHeader('x-error-code', 'EntryNotFound')
        return json(response, 404, { error: 'Entry not found' })
      }
      return sendFile(file, request, response)
    },
  }
}

function listed(folder: string, path: string): unknown[] {
  const below = join(folder, path)
  if (!existsSync(below)) return []
  return readdirSync(below, { recursive: true, withFileTypes: true }).map((entry) => {
    const full = join(entry.parentPath, entry.name)
    return entry.isFile()
      ? { type: 'file', path: relative(folder, full), size: statSync(full).size, xetHash: '0'.repeat(64) }
      : { type: 'directory', path: relative(folder, full), size: 0 }
  })
}

function sendFile(file: string, { headers }: IncomingMessage, response: ServerResponse): true {
  const content = readFileSync(file)
  const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const end = Math.min(to ? Number(to) + 1 : content.length, content.length)
  response.writeHead(headers.range === undefined ? 200 : 206, {
    etag: '"etag"',
    'accept-ranges': 'bytes',
    ...(headers.range !== undefined && { 'content-range': `bytes ${from}-${end - 1}/${content.length}` }),
  })
  response.end(content.subarray(Number(from), end))
  return true
}
