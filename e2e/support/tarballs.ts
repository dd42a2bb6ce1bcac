import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

export const repository = fileURLToPath(new URL('../..', import.meta.url))
const pinned = join(repository, 'tools/node_modules/.bin')

/** The environment in which `pnpm` is the pinned one, as in `npm test`; nothing of a calling script stays in it. */
export const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(lifecycle|package|command)|INIT_CWD|NODE_PATH)/.test(name),
    ),
  ),
  PATH: [existsSync(pinned) ? pinned : '', process.env.PATH].filter(Boolean).join(delimiter),
}

/** The packages of the repository as a registry would get them: name → tarball. */
export function packAll(folder: string): Map<string, string> {
  execFileSync('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], {
    cwd: repository,
    env: environment,
    stdio: 'pipe',
  })
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  return new Map(files.map((file) => [manifestOf(join(folder, file)).name, join(folder, file)]))
}

/** The package.json in a tarball: a file of a tar has its name at 0, its size (octal) at 124, its bytes from 512 on. */
function manifestOf(tarball: string): { readonly name: string } {
  const bytes = gunzipSync(readFileSync(tarball))
  for (let at = 0; at < bytes.length; ) {
    const name = bytes.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(bytes.toString('utf8', at + 124, at + 136), 8) || 0
    if (name === 'package/package.json') return JSON.parse(bytes.toString('utf8', at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error(`${tarball} has no package.json.`)
}
