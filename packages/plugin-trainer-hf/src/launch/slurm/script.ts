import { join } from 'node:path'
import type { Launch } from '../types.ts'
import { processesOf, type SlurmSettings } from './options.ts'

/** Seconds before the time limit at which the training is asked to end. */
const NOTICE_SECONDS = 120
/** Slurm sends the signal up to a minute early. */
const NEAR_LIMIT_SECONDS = NOTICE_SECONDS + 80

/** What the batch script leaves in `logs/` when it ends: the exit code, which start of the job it was, who asked for the end. */
export const exitFile = (folder: string, id: string): string => join(folder, 'logs', `${id}.exit`)

/** `train.sbatch`: what is submitted, written so that it can be read, changed and submitted by hand. */
export function batchScript(
  settings: SlurmSettings,
  launch: Pick<Launch, 'folder' | 'python' | 'workerFile' | 'runFile'>,
): string {
  const { folder } = launch
  const header = directives(settings, folder).map((line) => `#SBATCH ${line}`)
  const prepare = [...settings.modules.map((name) => `module load ${name}`), ...settings.setup]
  return `#!/bin/bash
# Written by sftkit. \`sbatch train.sbatch\` submits it again by hand.
${header.join('\n')}

${prepare.map((line) => `${line}\n`).join('')}cd ${quoted(folder)} || exit 1
export PYTHONUNBUFFERED=1
# Since 22.05 srun does not take this over from sbatch.
if [ -n "\${SLURM_CPUS_PER_TASK:-}" ]; then export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"; fi
exit_file="logs/$SLURM_JOB_ID.exit"
rm -f "$exit_file"
# A job that Slurm has put back into its queue goes on from its last checkpoint.
if [ "\${SLURM_RESTART_COUNT:-0}" -gt 0 ]; then export SFT_RESUME=1; fi

${STOP}
${step(settings, launch)} &
step=$!
${END}`
}

/**
 * Rank 0 runs on the machine of the batch script. It is told alone, as all ranks agree with it after their step; only
 * events of this start are looked at.
 */
const STOP = `seen=$(cat events.jsonl 2>/dev/null | wc -l)
asked=""
# Asked to end, by scancel or because the time limit is near: the training writes a checkpoint.
stop() {
  asked=asked
  if [ $((\${SLURM_JOB_END_TIME:-9999999999} - $(date +%s))) -le ${NEAR_LIMIT_SECONDS} ]; then asked=limit; fi
  rank0=$(tail -n +$((seen + 1)) events.jsonl | grep -F '"type": "start"' | tail -n 1 | sed 's/.*"pid": \\([0-9]*\\).*/\\1/')
  kill -TERM "\${rank0:-$step}" 2>/dev/null || kill -TERM "$step" 2>/dev/null
}
trap stop TERM
`

const END = `wait "$step"; status=$?
# The signal ends \`wait\` before the training has ended.
while kill -0 "$step" 2>/dev/null; do wait "$step"; status=$?; done
# For clusters that keep no record of ended jobs.
echo "$status \${SLURM_RESTART_COUNT:-0} $asked" > "$exit_file.new" && mv "$exit_file.new" "$exit_file"
exit "$status"
`

/** One process needs no torchrun. Several machines have fixed ranks and find each other at the first of them. */
function step(
  settings: SlurmSettings,
  { python, workerFile, runFile }: Pick<Launch, 'python' | 'workerFile' | 'runFile'>,
): string {
  const processes = processesOf(settings)
  const srun = 'srun --kill-on-bad-exit=1'
  const worker = [workerFile, runFile].map(quoted).join(' ')
  const torchrun = `${quoted(python)} -m torch.distributed.run`
  if (settings.nodes > 1) {
    const told = `--nnodes=${settings.nodes} --nproc-per-node=${processes} --node-rank=$SLURM_NODEID --master-addr=$MASTER_ADDR --master-port=$MASTER_PORT`
    return `export MASTER_ADDR="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"
export MASTER_PORT=$((20000 + SLURM_JOB_ID % 20000))
${srun} bash -c ${quoted(`exec ${torchrun} ${told} ${worker}`)}`
  }
  if (processes > 1) return `${srun} ${torchrun} --standalone --nproc-per-node=${processes} ${worker}`
  return `${srun} ${quoted(python)} ${worker}`
}

function directives(settings: SlurmSettings, folder: string): string[] {
  const { partition, account, time, nodes, gpusPerNode, args } = settings
  const logs = join(folder, 'logs').replaceAll('%', '%%')
  return [
    '--job-name=sftkit',
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    `--time=${time}`,
    `--nodes=${nodes}`,
    '--ntasks-per-node=1',
    ...(gpusPerNode === 0 ? [] : [`--gpus-per-node=${gpusPerNode}`]),
    `--output="${logs}/%j.out"`,
    `--error="${logs}/%j.err"`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:TERM@${NOTICE_SECONDS}`,
    ...args,
  ]
}

/** As a shell reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
