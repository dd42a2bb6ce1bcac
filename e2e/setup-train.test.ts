import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { requirements } from '../packages/plugin-trainer-hf/src/environment/files.ts'
import { folderWith } from './support/folders.ts'
import { chatLines } from './support/rows.ts'
import { sft } from './support/sft.ts'

const versions = Object.fromEntries(requirements().map(({ name, version }) => [name, version]))
const fields = { configs: { sft: ['max_length'], dpo: ['max_length'], kto: ['max_length'] } }

/** What the fake uv puts where it was told to make an environment. */
const INTERPRETER = `#!/bin/sh
case "$1" in
  -c) echo '${JSON.stringify({ python: '3.12.1', bitsandbytes: null, ...versions })}' ;;
  *) echo '${JSON.stringify(fields)}' ;;
esac
`

/**
 * uv as it is documented: `uv venv [--python REQUEST] PATH`, `uv pip install [--python PATH] [-r FILE]…
 * [--torch-backend=BACKEND]`. It refuses everything else, and the small wheels where it is told to.
 */
const UV = `#!/bin/sh
echo "$*" >> "$UV_CALLS"
case "$1 $2" in
  "--version ") echo 'uv 0.9.0' ;;
  "venv --python")
    [ "$3" = '>=3.10' ] && [ $# = 4 ] || exit 2
    mkdir -p "$4/bin" && cp "$(dirname "$0")/interpreter" "$4/bin/python" ;;
  "pip install")
    [ "$3" = '--python' ] && [ -x "$4" ] && [ "$5" = '-r' ] && [ -f "$6" ] || exit 2
    case "$*" in *--torch-backend=*) [ -z "$UV_NO_SMALL" ] || exit 1 ;; esac ;;
  *) exit 2 ;;
esac
`

function machine() {
  const none = '#!/bin/sh\nexit 1\n'
  const home = folderWith({
    'bin/uv': UV,
    'bin/interpreter': INTERPRETER,
    'bin/nvidia-smi': none,
    calls: '',
  })
  for (const name of ['uv', 'interpreter', 'nvidia-smi']) chmodSync(join(home, 'bin', name), 0o755)
  const env = {
    PATH: `${join(home, 'bin')}:${dirname(process.execPath)}:/bin`,
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    SFT_CACHE_DIR: join(home, 'cache'),
    SFT_PYTHON: '',
    UV_CALLS: join(home, 'calls'),
  }
  const calls = () =>
    readFileSync(join(home, 'calls'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && line !== '--version')
  return { home, env, calls }
}

test('sft setup train makes the environment with uv, once', async () => {
  const { home, env, calls } = machine()
  const first = await sft(['setup', 'train'], { cwd: home, env })
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('installed: Python 3.12.1') })
  const [made = '', installed = '', ...more] = calls()
  const folder = made.split(' ').at(-1) ?? ''
  expect(made).toBe(`venv --python >=3.10 ${folder}`)
  expect(folder.startsWith(join(home, 'data'))).toBe(true)
  expect(installed).toMatch(
    new RegExp(`^pip install --python ${folder}/bin/python -r \\S+/requirements\\.txt --torch-backend=cpu$`),
  )
  expect(more).toEqual([])
  const again = await sft(['setup', 'train'], { cwd: home, env })
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining(folder) })
  expect(calls()).toHaveLength(2)
})

test('takes the usual wheels where the small ones cannot be had, and leaves nothing half made', async () => {
  const { home, env, calls } = machine()
  const usual = await sft(['setup', 'train'], { cwd: home, env: { ...env, UV_NO_SMALL: '1' } })
  expect(usual.code).toBe(0)
  expect(calls().map((call) => call.includes('--torch-backend'))).toEqual([false, true, false])
  writeFileSync(join(home, 'bin/interpreter'), '#!/bin/sh\necho "ImportError: libgomp.so.1" >&2\nexit 1\n')
  const broken = await sft(['setup', 'train', '--fresh'], { cwd: home, env })
  expect(broken.code).not.toBe(0)
  expect(broken.stderr).toContain('libgomp.so.1')
  const doctor = await sft(['doctor', '--json'], { cwd: home, env })
  expect(doctor.stdout).toContain('sft setup train')
})

test('nothing is installed by any other command, and a run that trains says so before it writes', async () => {
  const { home, env, calls } = machine()
  const config = `import { trainerHf } from 'sftkit'\nexport default { plugins: [trainerHf({ model: 'org/name' })] }`
  writeFileSync(join(home, 'sft.config.mjs'), config)
  writeFileSync(join(home, 'rows.jsonl'), chatLines(2))
  const trains = await sft(['run', 'rows.jsonl'], { cwd: home, env })
  expect(trains).toMatchObject({ code: 2, stderr: expect.stringContaining('SFT_TRAIN_ENVIRONMENT') })
  expect(existsSync(join(home, 'sft-out'))).toBe(false)
  const dataset = await sft(['run', 'rows.jsonl', '--until', 'split'], { cwd: home, env })
  expect(dataset.code).toBe(0)
  await sft(['doctor'], { cwd: home, env })
  expect(calls()).toEqual([])
})
