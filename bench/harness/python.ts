import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface Python {
  readonly path: string
  /** Whether Hugging Face datasets can be imported. */
  readonly datasets: boolean
}

/** The interpreter for the baselines: SFT_PYTHON, else the managed one, else one made for the benchmarks, else the machine's. */
export function findPython(root: string): Python | undefined {
  const places = [
    process.env.SFT_PYTHON,
    join(root, '.tools/python/bin/python'),
    join(root, 'bench/data/venv/bin/python'),
  ].filter((path) => path !== undefined && existsSync(path))
  const usable = [...places, 'python3'].flatMap((path) =>
    path !== undefined && runs(path, 'json') ? [path] : [],
  )
  const withDatasets = usable.find((path) => runs(path, 'datasets'))
  const path = withDatasets ?? usable[0]
  return path === undefined ? undefined : { path, datasets: withDatasets !== undefined }
}

function runs(python: string, module: string): boolean {
  return spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0
}
