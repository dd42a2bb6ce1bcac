import { redactSecrets, sftError } from '@sftkit/core'
import { execa } from 'execa'

/** What one of Slurm's programs answered. */
export interface SlurmAnswer {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

/** Runs one of Slurm's programs. @throws SFT_TRAIN_JOB where there is none */
export async function askSlurm(
  program: 'sbatch' | 'squeue' | 'sacct' | 'scontrol' | 'scancel',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<SlurmAnswer> {
  const { failed, code, stdout, stderr } = await execa(program, args, {
    reject: false,
    env,
    timeout: 120_000,
  })
  if (code === 'ENOENT' && program !== 'sacct')
    throw sftError('SFT_TRAIN_JOB', `There is no ${program} on this machine.`, {
      fix: 'Run the command on a machine of the cluster from which jobs are submitted.',
    })
  return { ok: !failed, stdout: stdout?.trim() ?? '', stderr: redactSecrets(stderr?.trim() ?? '') }
}

/** The id of the new job. @throws SFT_TRAIN_JOB with Slurm's reason */
export async function submit(
  script: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { ok, stdout, stderr } = await askSlurm('sbatch', ['--parsable', `--chdir=${folder}`, script], env)
  const id = /^(\d+)(;|$)/m.exec(stdout)?.[1]
  if (ok && id !== undefined) return id
  throw sftError(
    'SFT_TRAIN_JOB',
    `Slurm did not take the job: ${lastLine(stderr) || stdout || 'it says nothing'}`,
    {
      source: script,
    },
  )
}

function lastLine(text: string): string {
  return (text.split('\n').at(-1) ?? '').replace(/^sbatch: error: /, '')
}
