import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { repository } from './support/tarballs.ts'

it('configs and plugins with a mistake do not compile, and those without do', () => {
  const tsc = join(repository, 'node_modules/.bin/tsc')
  const ran = spawnSync(tsc, ['-p', join(repository, 'e2e/type-tests')], { encoding: 'utf8' })
  expect(ran.stdout).toBe('')
  expect(ran.status).toBe(0)
})
