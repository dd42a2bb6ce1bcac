import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorText, sftError } from '@sftkit/core'

/**
 * Lets a server listen on this machine alone.
 *
 * @param port 0: a free one
 * @returns its address, without a path
 * @throws SFT_RECORD_PORT
 */
export async function listenOnLoopback(server: Server, port: number): Promise<string> {
  // Clients keep connections open: it is not for this end to close one while a request is on its way.
  server.keepAliveTimeout = 120_000
  // Answers may take as long as a model thinks, and requests as long as a line is slow.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, () => resolve())
  }).catch((error: unknown) => {
    throw sftError('SFT_RECORD_PORT', `Nothing can listen on port ${port}: ${errorText(error)}.`, {
      cause: error,
    })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
