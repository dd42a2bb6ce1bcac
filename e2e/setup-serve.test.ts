import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from './support/folders.ts'
import { sft } from './support/sft.ts'

/** npm as it is documented: `npm install NAME@VERSION…` in a folder fills its node_modules. */
const NPM = `#!/bin/sh
echo "$*" >> "$CALLS"
[ -z "$NO_NETWORK" ] || { echo 'npm error code ECONNREFUSED' >&2; echo '    at connect (node:net:1:1)' >&2; exit 1; }
[ "$1" = install ] || exit 2
shift
for name in "$@"; do
  case "$name" in
    -*) ;;
    *) folder="node_modules/\${name%@*}"; mkdir -p "$folder/llama"; echo '{ "version": "1" }' > "$folder/package.json" ;;
  esac
done
`
/** git, which clones the bundle and checks the converter out. */
const GIT = `#!/bin/sh
echo "$*" >> "$CALLS"
[ -z "$DAMAGED" ] || { echo 'fatal: the bundle is damaged' >&2; exit 128; }
case "$1" in
  clone) for last in "$@"; do :; done; mkdir -p "$last/.git" ;;
  checkout) shift 4; for path in "$@"; do echo > "$path"; done ;;
esac
`

/** A machine with these programs, and the usual ones of a shell. */
function machine(programs: Readonly<Record<string, string>> = { npm: NPM, git: GIT }) {
  const home = folderWith()
  const [bin, calls, folder] = [join(home, 'bin'), join(home, 'calls'), join(home, 'serve')]
  mkdirSync(bin)
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), text, { mode: 0o755 })
  for (const name of ['mkdir', 'echo']) symlinkSync(`/bin/${name}`, join(bin, name))
  const env = { SFT_SERVE_DIR: folder, CALLS: calls, PATH: bin }
  return {
    folder,
    set: (more: Readonly<Record<string, string>> = {}) =>
      sft(['setup', 'serve'], { cwd: home, env: { ...env, ...more } }),
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0),
  }
}

test('installs once, and again where something of it was deleted', async () => {
  const { set, calls, folder } = machine()
  const first = await set()
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(folder) })
  expect(existsSync(join(folder, 'llama.cpp/convert_hf_to_gguf.py'))).toBe(true)
  expect(readdirSync(folder).sort()).toEqual(['embedded', 'llama.cpp', 'sftkit.json'])
  const made = calls()
  expect(await set()).toMatchObject({ code: 0, stderr: '' })
  expect(calls()).toBe(made)
  rmSync(join(folder, 'llama.cpp/conversion'))
  expect((await set()).code).toBe(0)
  expect(calls()).toBe(made * 2)
  expect(existsSync(join(folder, 'llama.cpp/conversion'))).toBe(true)
})

test.each([
  ['no network', { NO_NETWORK: '1' }, 'ECONNREFUSED'],
  ['a damaged package', { DAMAGED: '1' }, 'the bundle is damaged'],
])('%s: says so, leaves nothing half made, and keeps what was there', async (_, env, said) => {
  const { set, folder } = machine()
  const failed = await set(env)
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('SFT_LIBRARY_MISSING') })
  expect(failed.stderr).toContain(said)
  expect(failed.stderr).not.toContain('node:net')
  expect(readdirSync(folder)).toEqual([])
  await set()
  writeFileSync(join(folder, 'sftkit.json'), '{ "node-llama-cpp": "an older one" }')
  expect((await set(env)).code).toBe(1)
  expect(existsSync(join(folder, 'llama.cpp/convert_hf_to_gguf.py'))).toBe(true)
})

test('says which program is missing', async () => {
  expect((await machine({ git: GIT }).set()).stderr).toContain('there is no npm on PATH')
  expect((await machine({ npm: NPM }).set()).stderr).toContain('there is no git on PATH')
})

test.runIf(process.platform === 'linux')('a place that cannot be made is an error, not a wait', async () => {
  const { code, stderr } = await machine().set({ SFT_SERVE_DIR: '/proc/nowhere/serve' })
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('SFT_SERVE_DIR') })
})
