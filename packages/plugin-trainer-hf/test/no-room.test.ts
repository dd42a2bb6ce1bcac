import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expectSftError } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { canMount, smallDisk } from '../../../e2e/support/disk.ts'
import { type TrainSftOptions, trainSft } from '../src/index.ts'
import { toolRows } from './rows.ts'
import { findTraining, openWorkplace, type Workplace } from './training.ts'

const found = await findTraining()
const title = 'reason' in found ? `what is missing (skipped: ${found.reason})` : 'what is missing'

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
    return () => vi.unstubAllEnvs()
  })
  afterAll(() => place?.remove())

  const few = (name: string, more: Partial<TrainSftOptions> = {}): TrainSftOptions => ({
    model: place.model,
    out: place.out(name),
    dtype: 'float32',
    device: 'cpu',
    args: { max_steps: 1, gradient_checkpointing: false },
    ...more,
  })

  it('says that a file of weights may not be as large as it is', async () => {
    const limited = join(place.folder, 'limited-python')
    // In blocks of 512 bytes: enough for rows and logs, too few for the weights.
    writeFileSync(limited, `#!/bin/sh\nulimit -f 800\nexec '${process.env.SFT_PYTHON}' "$@"\n`)
    chmodSync(limited, 0o755)
    vi.stubEnv('SFT_PYTHON', limited)
    onTestFinished(() => void vi.unstubAllEnvs())
    await expectSftError(trainSft(toolRows(2), few('limited')), 'SFT_TRAIN_DISK')
    expect(existsSync(join(place.out('limited'), 'model/final'))).toBe(false)
  })

  it.skipIf(!canMount())('says that the disk is full while a checkpoint is written', async () => {
    smallDisk(place.out('full'), '2m')
    const options = few('full', { saveStrategy: 'steps' })
    const args = { ...options.args, save_steps: 1, max_steps: 2 }
    await expectSftError(trainSft(toolRows(2), { ...options, args }), 'SFT_TRAIN_DISK')
  })

  it('says that the weights of a model are gated', async () => {
    const server = createServer((request, response) => {
      const name = (request.url ?? '').split('?')[0]?.split('/').at(-1) ?? ''
      const file = join(place.model, name)
      const gated = /safetensors|\.bin/.test(name)
      const there = !gated && (request.url ?? '').includes('/resolve/') && existsSync(file)
      const body = there ? readFileSync(file) : Buffer.from('')
      response.writeHead(gated ? 403 : there ? 200 : 404, {
        'x-repo-commit': '0123456789abcdef0123456789abcdef01234567',
        etag: `"${name}"`,
        'content-length': body.length,
        ...(gated && { 'x-error-code': 'GatedRepo', 'x-error-message': 'Access to it is restricted.' }),
        ...(!gated && !there && { 'x-error-code': 'EntryNotFound' }),
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      vi.unstubAllEnvs()
      server.closeAllConnections()
      server.close()
    })
    vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    vi.stubEnv('HF_HUB_OFFLINE', '0')
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    vi.stubEnv('SFT_CACHE_DIR', join(place.folder, 'cache'))
    const failed = await expectSftError(
      trainSft(toolRows(2), few('gated', { model: 'org/gated' })),
      'SFT_TRAIN_MODEL',
    )
    expect(failed.message).toContain('gated')
  })
})
