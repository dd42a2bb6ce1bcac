import { spawnSync } from 'node:child_process'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'

/** The machine and the programs, in one line; nothing that names its owner. */
export function describeMachine(python: string): string {
  const script =
    'import platform, importlib.metadata as m\nprint(platform.python_version(), *[f"{n} {m.version(n)}" for n in ("datasets", "pyarrow") if m.packages_distributions().get(n)])'
  const versions = spawnSync(python, ['-c', script], { encoding: 'utf8' }).stdout.trim()
  const processors = cpus()
  return [
    `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `${platform()} ${release().split('-')[0]}`,
    `Node ${process.version}`,
    `Python ${versions}`,
    `load at the start ${loadavg()[0]?.toFixed(1)}`,
  ].join(', ')
}
