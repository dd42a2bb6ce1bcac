// Makes the real model servers that tests run against, once, in `.tools/serve`, and prints where they are as JSON.
//   embedded     a folder with the npm package node-llama-cpp and its library for this machine, no more
//   llamaCpp     the source of llama.cpp that the package carries: the converter and gguf-py
//   llamaServer, llamaQuantize   built from that source
//   ollama       by version: one that renders a GGUF's own Jinja, and one that needs Go templates
// `--where` prints what is there and makes nothing. Needs npm, git, a C++ compiler, Go, and cmake or Python.
// Plain JavaScript for any Node 18 or newer: it runs before anything is built.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, '.tools', 'serve')

const versions = {
  // The library users get is the one that is tested.
  library: JSON.parse(readFileSync(join(root, 'packages/plugin-ollama/package.json'), 'utf8'))
    .peerDependencies['node-llama-cpp'],
  ollama: ['0.34.0', '0.24.0'],
  cmake: '4.1.2',
  ninja: '1.13.2',
}
const LIBRARIES = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
}

const LLAMA_PROGRAMS = ['llama-server', 'llama-quantize']

const embedded = join(folder, 'embedded')
const source = join(folder, 'llama.cpp')
const tools = join(folder, 'bin')
const places = {
  embedded,
  llamaCpp: source,
  llamaServer: join(tools, 'llama-server'),
  llamaQuantize: join(tools, 'llama-quantize'),
  ollama: Object.fromEntries(
    versions.ollama.map((version) => [version, join(folder, `ollama-${version}`, 'bin', 'ollama')]),
  ),
}

const platform = `${process.platform}-${process.arch}`
/** What is made, in this order: a part is made anew where what it is made from has changed. */
const parts = [
  { name: 'embedded', from: [versions.library], make: installLibrary },
  { name: 'llama.cpp', from: [versions.library], make: cloneSource },
  { name: 'bin', from: [versions.library, cmakeOptions().join(' ')], make: buildTools },
  ...versions.ollama.map((version) => ({
    name: `ollama-${version}`,
    from: [version, ...LLAMA_PROGRAMS],
    make: () => buildOllama(version),
  })),
]

try {
  if (process.argv[2] !== '--where' && !parts.every(isMade)) withLock(folder, 40, makeAll)
  process.stdout.write(`${JSON.stringify(found())}\n`)
} catch (error) {
  process.stderr.write(`The model servers could not be made: ${error.message}\n`)
  process.exitCode = 1
}

function makeAll() {
  mkdirSync(folder, { recursive: true })
  for (const part of parts) {
    // Another process may have made it while this one waited.
    if (isMade(part)) continue
    const start = Date.now()
    process.stderr.write(`model servers: ${part.name} …`)
    rmSync(join(folder, part.name), { recursive: true, force: true })
    part.make()
    // Written last and renamed: what was interrupted is made again.
    writeFileSync(`${stampOf(part)}.new`, wanted(part))
    renameSync(`${stampOf(part)}.new`, stampOf(part))
    process.stderr.write(` ${Math.round((Date.now() - start) / 1000)} s\n`)
  }
}

/** The places of the parts that are there. */
function found() {
  const made = new Set(parts.filter(isMade).map((part) => part.name))
  return {
    ...(made.has('embedded') && { embedded: places.embedded }),
    ...(made.has('llama.cpp') && { llamaCpp: places.llamaCpp }),
    ...(made.has('bin') && { llamaServer: places.llamaServer, llamaQuantize: places.llamaQuantize }),
    ollama: Object.fromEntries(
      Object.entries(places.ollama).filter(([version]) => made.has(`ollama-${version}`)),
    ),
  }
}

/** The package and its library alone: with its other optional ones (CUDA, Vulkan) it weighs nine times as much. */
function installLibrary() {
  const library = LIBRARIES[platform]
  if (library === undefined) throw new Error(`node-llama-cpp has no library for ${platform}`)
  mkdirSync(embedded, { recursive: true })
  writeFileSync(join(embedded, 'package.json'), '{ "private": true }\n')
  const names = ['node-llama-cpp', `@node-llama-cpp/${library}`].map((name) => `${name}@${versions.library}`)
  const quiet = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  run('npm', ['install', ...names, ...quiet], { cwd: embedded, tries: 3 })
}

function cloneSource() {
  const bundle = join(embedded, 'node_modules/node-llama-cpp/llama/gitRelease.bundle')
  run('git', ['-c', 'advice.detachedHead=false', 'clone', '--quiet', bundle, source])
  rmSync(join(source, '.git'), { recursive: true, force: true })
}

function buildTools() {
  const build = join(folder, 'build')
  rmSync(build, { recursive: true, force: true })
  const { cmake, options } = findCmake()
  run(cmake, ['-S', source, '-B', build, ...options, ...cmakeOptions()])
  const jobs = String(availableParallelism())
  run(cmake, ['--build', build, '--parallel', jobs, '--target', ...LLAMA_PROGRAMS])
  mkdirSync(tools, { recursive: true })
  for (const name of LLAMA_PROGRAMS) copyFileSync(join(build, 'bin', name), join(tools, name))
  rmSync(build, { recursive: true, force: true })
}

function cmakeOptions() {
  const off =
    'BUILD_SHARED_LIBS GGML_NATIVE GGML_OPENMP GGML_METAL LLAMA_BUILD_TESTS LLAMA_BUILD_EXAMPLES LLAMA_BUILD_UI LLAMA_BUILD_APP LLAMA_USE_PREBUILT_UI LLAMA_OPENSSL'
  const on = process.arch === 'x64' ? 'GGML_AVX2 GGML_FMA GGML_F16C' : ''
  const flags = (names, value) => names.split(' ').flatMap((name) => (name ? [`-D${name}=${value}`] : []))
  // Half of the time of a full optimisation; what computes is C with instructions of its own.
  const speed = ['-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG', '-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG']
  return ['-DCMAKE_BUILD_TYPE=Release', ...speed, '-Wno-dev', ...flags(off, 'OFF'), ...flags(on, 'ON')]
}

/** The machine's cmake and make, else those of the Python package index. */
function findCmake() {
  if (works('cmake') && works('make')) return { cmake: 'cmake', options: [] }
  const venv = join(folder, 'cmake')
  const bin = join(venv, 'bin')
  if (!existsSync(join(bin, 'ninja'))) {
    run(process.env.SFT_PYTHON_BASE ?? 'python3', ['-m', 'venv', venv])
    const wheels = [`cmake==${versions.cmake}`, `ninja==${versions.ninja}`]
    run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wheels], {
      tries: 3,
    })
  }
  return { cmake: join(bin, 'cmake'), options: ['-G', 'Ninja', `-DCMAKE_MAKE_PROGRAM=${join(bin, 'ninja')}`] }
}

/** Headers that the Go module of older versions leaves out stand in llama.cpp's source. */
function buildOllama(version) {
  const home = join(folder, `ollama-${version}`)
  const flags = `-s -w -X github.com/ollama/ollama/version.Version=${version}`
  const env = {
    GOBIN: join(home, 'bin'),
    CPATH: [join(source, 'vendor'), process.env.CPATH].filter(Boolean).join(delimiter),
    CGO_CFLAGS: '-O2 -g0 -w',
    CGO_CXXFLAGS: '-O1 -g0 -w',
  }
  run('go', ['install', '-ldflags', flags, `github.com/ollama/ollama@v${version}`], { env, tries: 3 })
  // Newer versions start llama.cpp's programs, and look for them here.
  mkdirSync(join(home, 'lib', 'ollama'), { recursive: true })
  for (const program of LLAMA_PROGRAMS)
    symlinkSync(join(tools, program), join(home, 'lib', 'ollama', program))
}

function works(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
}

/** @param tries for commands that read from a registry */
function run(command, args, { cwd = folder, env = {}, tries = 1 } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  })
  if (result.status === 0) return
  if (tries > 1 && result.error === undefined) return run(command, args, { cwd, env, tries: tries - 1 })
  const last = (result.stderr || result.stdout || '').trim().split('\n').slice(-8).join('\n')
  throw new Error(`${command} ${args.slice(0, 3).join(' ')}: ${result.error?.message ?? last}`)
}

function isMade(part) {
  return existsSync(stampOf(part)) && readFileSync(stampOf(part), 'utf8') === wanted(part)
}

function stampOf(part) {
  return join(folder, `${part.name}.sha256`)
}

function wanted(part) {
  return createHash('sha256')
    .update([platform, ...part.from].join('\0'))
    .digest('hex')
}
