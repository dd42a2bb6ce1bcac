import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from './measure.ts'
import type { Python } from './python.ts'

export const contenderNames = ['sftkit', 'python-loop', 'hf-datasets', 'floor'] as const
export type ContenderName = (typeof contenderNames)[number]

export interface Contender {
  readonly name: ContenderName
  /** Why it cannot run here. */
  readonly missing?: string
  /** The command that turns the file into rows below an empty folder. */
  command(file: string, folder: string): Command
}

export function contenders(root: string, python: Python): readonly Contender[] {
  const script = (name: string) => join(root, 'bench/baselines', name)
  const sft = join(root, 'bin/sft')
  return [
    {
      name: 'sftkit',
      ...(!existsSync(sft) && { missing: 'bin/sft is not there' }),
      command: (file, folder) => ({
        argv: [sft, 'run', file, '--out', join(folder, 'run'), '--workers', '2'],
        cwd: folder,
      }),
    },
    {
      name: 'python-loop',
      command: (file, folder) => ({
        argv: [python.path, script('python_loop.py'), file, join(folder, 'rows.jsonl')],
        cwd: folder,
      }),
    },
    {
      name: 'hf-datasets',
      ...(!python.datasets && {
        missing: `${python.path} has no datasets; pip install datasets, or set SFT_PYTHON`,
      }),
      command: (file, folder) => ({
        argv: [
          python.path,
          script('hf_datasets.py'),
          file,
          join(folder, 'rows.jsonl'),
          join(folder, 'cache'),
        ],
        // Without its own cache it would find the rows of the last round and do nothing.
        env: { HF_HOME: join(folder, 'home'), HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1' },
        cwd: folder,
      }),
    },
    {
      name: 'floor',
      command: (file, folder) => ({
        argv: [process.execPath, script('floor.mjs'), file, join(folder, 'rows')],
        cwd: folder,
      }),
    },
  ]
}
