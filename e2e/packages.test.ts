import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from './support/folders.ts'
import { environment, packAll, repository } from './support/tarballs.ts'

const tarballs = packAll(folderWith())

function accepts(command: string, args: readonly string[]): void {
  const bin = join(repository, 'node_modules/.bin', command)
  const ran = spawnSync(bin, args, { env: { ...environment, NO_COLOR: '1' }, encoding: 'utf8' })
  expect(ran.status, `${command}: ${ran.stdout}${ran.stderr}`).toBe(0)
}

it('packs core and the umbrella', () => {
  expect([...tarballs.keys()]).toEqual(expect.arrayContaining(['@sftkit/core', '@sftkit/testing', 'sftkit']))
})

describe.each([...tarballs])('%s', (_name, tarball) => {
  it('is packed as publint wants it', () => accepts('publint', ['run', tarball, '--strict']))
  it('has types where programs look for them', () => accepts('attw', [tarball, '--profile', 'esm-only']))
})
