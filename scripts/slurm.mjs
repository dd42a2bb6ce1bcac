// Runs a Slurm cluster of two nodes, both of them this machine, for tests: `node scripts/slurm.mjs`. It prints the path of its slurm.conf, for
// SLURM_CONF, once jobs can be submitted, and stays until its stdin closes; then it ends what it started.
// Needs slurmctld, slurmd and munged (Debian: slurmctld slurmd slurm-client munge) and to be root: slurmd starts jobs
// as the user who submits them. Plain JavaScript: it runs before anything is built.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, hostname, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'

const READY_MS = 30_000
const folder = mkdtempSync(join(tmpdir(), 'sftkit-slurm-'))
const daemons = []
let ending = false

try {
  const missing = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'unshare'].filter((name) => !isThere(name))
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')} not installed (Debian: slurmctld slurmd slurm-client munge)`)
  if (process.getuid?.() !== 0) throw new Error('slurmd has to be started by root')
  await start()
  process.stdin.resume()
  process.stdin.on('end', end)
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.stdout.write(`${join(folder, 'slurm.conf')}\n`)
} catch (error) {
  process.stderr.write(`No Slurm: ${error.message}\n`)
  process.exitCode = 1
  await end()
}

async function start() {
  // Jobs of any user write their output, and munged refuses a folder that others can write to.
  for (const name of ['state', 'spool', ...nodes().map((node) => `spool/${node}`)])
    mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'munge.key'), randomBytes(128), { mode: 0o400 })
  const munge = (name) => join(folder, `munge.${name}`)
  daemon('munged', [
    ...['--foreground', '--force', '--origin=127.0.0.1'],
    ...[`--key-file=${munge('key')}`, `--socket=${munge('sock')}`, `--pid-file=${munge('pid')}`],
    ...[`--log-file=${munge('log')}`, `--seed-file=${munge('seed')}`],
  ])
  const conf = join(folder, 'slurm.conf')
  writeFileSync(conf, config(await freePort(), [await freePort(), await freePort()]))
  process.env.SLURM_CONF = conf
  await until('munged', () => run('munge', ['--socket', munge('sock'), '--no-input']))
  daemon('slurmctld', ['-D', '-i', '-f', conf])
  // A daemon finds its node by the machine's name: the other one is started under another name.
  const [own, other] = nodes()
  daemon('slurmd', ['-D', '-f', conf], own)
  daemon('unshare', ['--uts', 'sh', '-c', `hostname ${other} && exec slurmd -D -f "$0"`, conf], other)
  await until(
    'slurmctld and slurmd',
    () => run('sinfo', ['--noheader', '--format=%T %D']).trim() === 'idle 2',
  )
}

/** In the order that Slurm sorts them: batch scripts run on the first, whose name is one that this machine is found under. */
function nodes() {
  const own = hostname().split('.')[0]
  return [own, `${own}-second`]
}

/** No accounting and no cgroups: a bare machine has neither. */
function config(controllerPort, ports) {
  const name = hostname().split('.')[0]
  const memory = Math.floor(totalmem() / 2 ** 21)
  const described = nodes().map(
    (node, at) =>
      `NodeName=${node} NodeHostname=${node} NodeAddr=127.0.0.1 Port=${ports[at]} CPUs=${cpus().length} RealMemory=${memory} State=UNKNOWN`,
  )
  return `ClusterName=sftkit
SlurmctldHost=${name}(127.0.0.1)
SlurmctldPort=${controllerPort}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
KillWait=5
MinJobAge=300
${described.join('\n')}
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
`
}

function daemon(name, args, node) {
  const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'ignore'] })
  child.on('exit', (code) => {
    if (!ending)
      process.stderr.write(
        `${name} ended with ${code}\n${logOf(node === undefined ? name : `slurmd.${node}`)}`,
      )
  })
  daemons.push(child)
}

function logOf(name) {
  try {
    return readFileSync(join(folder, `${name}.log`), 'utf8')
      .split('\n')
      .slice(-5)
      .join('\n')
  } catch {
    return ''
  }
}

async function end() {
  if (ending) return
  ending = true
  // The last one first: slurmd reports to slurmctld, which asks munged.
  for (const child of daemons.reverse()) {
    const gone = child.exitCode === null ? new Promise((resolve) => child.on('exit', resolve)) : undefined
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(late)
  }
  rmSync(folder, { recursive: true, force: true })
  process.stdin.destroy()
}

async function until(what, ready) {
  for (const began = Date.now(); Date.now() - began < READY_MS; ) {
    try {
      if (ready()) return
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(
    `${what} did not start\n${logOf('slurmctld')}\n${nodes()
      .map((node) => logOf(`slurmd.${node}`))
      .join('\n')}`,
  )
}

function run(file, args) {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function isThere(name) {
  return spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
