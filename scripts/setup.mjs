// Sets the checkout up: the pinned Node and pnpm, dependencies from the lockfile, the build.
// Plain JavaScript for any Node from 18 on. What is already there is not done again.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tools = join(root, 'tools')
const state = join(root, '.tools')
const toolBin = join(tools, 'node_modules', '.bin')

/** Sets up what is missing. @returns the path of the Node to use */
export function setUp() {
  mkdirSync(state, { recursive: true })
  installToolchain()
  const node = pinnedNode()
  installDependencies(node)
  build(node)
  writeFileSync(join(state, 'ready'), `${node}\n`)
  return node
}

function installToolchain() {
  const wanted = hashOf(['tools/package-lock.json'])
  if (stampIs('toolchain', wanted) && existsSync(join(tools, 'node_modules', 'pnpm'))) return
  say('installing the pinned Node.js and pnpm')
  // pnpm's install script only fetches what its optional dependency already brings.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: tools })
  stamp('toolchain', wanted)
}

/** The pinned Node, or this one where it is of the same line or newer, or where no binary is published. */
function pinnedNode() {
  const pinned = JSON.parse(readFileSync(join(tools, 'package.json'), 'utf8')).optionalDependencies
  const name = `node-${process.platform}-${process.arch}`
  const wantedMajor = Number((pinned[name] ?? Object.values(pinned)[0]).split('.')[0])
  const own = Number(process.versions.node.split('.')[0])
  const binary = join(tools, 'node_modules', name, 'bin', 'node')
  if (own < wantedMajor && existsSync(binary)) return binary
  if (own >= 22) return process.execPath
  if (existsSync(binary)) return binary
  throw new Error(
    `sftkit needs Node ${wantedMajor} on ${process.platform} ${process.arch}: install it and run this again.`,
  )
}

function installDependencies(node) {
  const wanted = hashOf(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()])
  if (stampIs('dependencies', wanted) && existsSync(join(root, 'node_modules', '.modules.yaml'))) return
  say('installing dependencies from the lockfile')
  run(join(toolBin, 'pnpm'), ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false'], {
    cwd: root,
    node,
  })
  stamp('dependencies', wanted)
}

function build(node) {
  const wanted = hashOf(['tsconfig.json', 'tsconfig.base.json', ...manifests(), ...sources()])
  const built = existsSync(join(root, 'packages', 'sftkit', 'dist', 'cli', 'main.js'))
  if (built && stampIs('build', wanted)) return
  say('building')
  run(join(root, 'node_modules', '.bin', 'tsc'), ['-b'], { cwd: root, node })
  stamp('build', wanted)
}

function manifests() {
  return readdirSync(join(root, 'packages')).map((name) => `packages/${name}/package.json`)
}

function sources() {
  const found = []
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) walk(path)
      else found.push(path)
    }
  }
  for (const name of readdirSync(join(root, 'packages'))) {
    if (existsSync(join(root, 'packages', name, 'src'))) walk(`packages/${name}/src`)
  }
  return found.sort()
}

/** Runs a command with the pinned Node first on the path. Its output is shown only where it fails. */
export function run(command, args, { cwd = root, node, show = false, env = {} } = {}) {
  const path = [node && dirname(node), toolBin, process.env.PATH].filter(Boolean).join(':')
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env, PATH: path },
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  })
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`)
  if (result.status === 0 || show) return result.status ?? 1
  process.stderr.write(`${result.stdout}${result.stderr}`)
  throw new Error(`\`${[command, ...args].join(' ').replaceAll(root, '.')}\` failed.`)
}

function hashOf(paths) {
  const digest = createHash('sha256').update(process.platform + process.arch)
  for (const path of paths) {
    const file = join(root, path)
    if (existsSync(file) && statSync(file).isFile()) digest.update(path).update(readFileSync(file))
  }
  return digest.digest('hex')
}

function stampIs(name, wanted) {
  const file = join(state, `${name}.stamp`)
  return existsSync(file) && readFileSync(file, 'utf8') === wanted
}

function stamp(name, wanted) {
  rmSync(join(state, 'ready'), { force: true })
  writeFileSync(join(state, `${name}.stamp`), wanted)
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUp()
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
