import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ErrorCode } from '@sftkit/core'
import { expectSftError } from '@sftkit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { slurm, type TrainSftOptions, trainSft } from '../../src/index.ts'
import { findTraining, openWorkplace, type Workplace } from '../training.ts'

const found = await findTraining()
const title = 'reason' in found ? `ends of Slurm jobs (skipped: ${found.reason})` : 'ends of Slurm jobs'

/**
 * Slurm's programs as far as they are called, for ends that a cluster does not make on demand. A job is named after the
 * folder that it trains into, and `cases/NAME` says what each program answers.
 */
const PROGRAMS: Readonly<Record<string, string>> = {
  sbatch: `[ "$1" = --parsable ] && [ -f "$3" ] && grep -q '^#SBATCH --time=' "$3" || exit 2
name=$(basename "$(dirname "$(dirname "$3")")")
id=$(grep -n "^$name$" "$FAKE/names" | cut -d: -f1)
[ -f "$FAKE/cases/$name.exit" ] && cp "$FAKE/cases/$name.exit" "$(dirname "$3")/logs/$id.exit"
echo "$id;cluster"`,
  squeue: `for arg; do case "$arg" in --jobs=*) id=\${arg#--jobs=} ;; esac; done
name=$(sed -n "\${id}p" "$FAKE/names")
echo x >> "$FAKE/$name.looks"
looks=$(wc -l < "$FAKE/$name.looks")
[ -f "$FAKE/cases/$name.squeue.$looks" ] && exec cat "$FAKE/cases/$name.squeue.$looks"
[ -f "$FAKE/cases/$name.squeue" ] && exec cat "$FAKE/cases/$name.squeue"
echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1`,
  sacct: `for arg; do case "$arg" in --jobs=*) id=\${arg#--jobs=} ;; esac; done
name=$(sed -n "\${id}p" "$FAKE/names")
[ -f "$FAKE/cases/$name.sacct" ] && exec cat "$FAKE/cases/$name.sacct"
echo 'Slurm accounting storage is disabled' >&2; exit 1`,
  scontrol: `name=$(sed -n "\${4}p" "$FAKE/names")
echo x >> "$FAKE/$name.shown"
shown=$(wc -l < "$FAKE/$name.shown")
[ -f "$FAKE/cases/$name.scontrol.$shown" ] && exec cat "$FAKE/cases/$name.scontrol.$shown"
[ -f "$FAKE/cases/$name.scontrol" ] && exec cat "$FAKE/cases/$name.scontrol"
echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1`,
  scancel: 'exit 0',
}

/** By name: the code, and what the programs say. */
const CASES: Readonly<Record<string, readonly [ErrorCode, Readonly<Record<string, string>>]>> = {
  memory: ['SFT_TRAIN_MEMORY', { squeue: 'OUT_OF_MEMORY|OutOfMemory' }],
  time: ['SFT_TRAIN_TIMEOUT', { sacct: 'TIMEOUT|0:0' }],
  node: ['SFT_TRAIN_LOST', { squeue: 'NODE_FAIL|NodeDown' }],
  taken: ['SFT_TRAIN_LOST', { squeue: 'PREEMPTED|None' }],
  cancelled: ['SFT_TRAIN_CANCELLED', { sacct: 'CANCELLED by 1000|0:15' }],
  killed: ['SFT_TRAIN_KILLED', { scontrol: 'JobId=6 JobState=FAILED Reason=NonZeroExitCode ExitCode=0:9' }],
  silent: ['SFT_TRAIN_FAILED', {}],
  // Accounting learns of an end later.
  early: ['SFT_TRAIN_CANCELLED', { squeue: 'CANCELLED|None', sacct: 'RUNNING|0:0' }],
  // What the script left is of this end, and of the one before.
  asked: [
    'SFT_TRAIN_TIMEOUT',
    {
      squeue: 'FAILED|NonZeroExitCode',
      scontrol: 'JobId=9 JobState=FAILED Restarts=1 ExitCode=1:0',
      exit: '1 1 limit',
    },
  ],
  stuck: [
    'SFT_TRAIN_LOST',
    {
      squeue: 'FAILED|NonZeroExitCode',
      scontrol: 'JobId=10 JobState=FAILED Restarts=1 ExitCode=1:0',
      exit: '1 0 asked',
    },
  ],
  // Put back between two questions.
  later: [
    'SFT_TRAIN_LOST',
    {
      'squeue.1': 'FAILED|None',
      'squeue.2': 'FAILED|None',
      'scontrol.1': 'JobId=11 JobState=PENDING Restarts=1 ExitCode=0:0',
      'squeue.3': 'PENDING|JobHeldUser',
      squeue: 'NODE_FAIL|None',
    },
  ],
  back: [
    'SFT_TRAIN_MEMORY',
    {
      'squeue.1': 'PREEMPTED|None',
      'squeue.2': 'PENDING|BeginTime',
      'squeue.3': 'RUNNING|None',
      squeue: 'OUT_OF_MEMORY|None',
    },
  ],
}

describe.skipIf('reason' in found)(title, () => {
  let place: Workplace

  beforeAll(async () => {
    place = await openWorkplace('python' in found ? found.python : '')
    const fake = join(place.folder, 'fake')
    for (const folder of ['bin', 'cases']) mkdirSync(join(fake, folder), { recursive: true })
    for (const [name, text] of Object.entries(PROGRAMS)) {
      writeFileSync(join(fake, 'bin', name), `#!/bin/bash\n${text}\n`)
      chmodSync(join(fake, 'bin', name), 0o755)
    }
    writeFileSync(join(fake, 'names'), `${Object.keys(CASES).join('\n')}\n`)
    for (const [name, [, answers]] of Object.entries(CASES))
      for (const [program, text] of Object.entries(answers))
        writeFileSync(join(fake, 'cases', `${name}.${program}`), `${text}\n`)
    process.env.FAKE = fake
    process.env.PATH = `${join(fake, 'bin')}${delimiter}${process.env.PATH}`
  })
  afterAll(() => place?.remove())

  const on = (name: string, launcher: ReturnType<typeof slurm>): TrainSftOptions => ({
    model: place.model,
    out: place.out(name),
    launcher,
  })

  it('are errors with a code of their own', async () => {
    const launcher = slurm({ time: '10' })
    await Promise.all(
      Object.entries(CASES).map(([name, [code]]) =>
        expectSftError(trainSft({ train: place.rows }, on(name, launcher)), code),
      ),
    )
  })

  it('are followed by a new job, whose script asks for what was asked for', async () => {
    const launcher = slurm({
      time: '1-12',
      partition: 'gpu',
      account: 'team',
      nodes: 2,
      gpusPerNode: 4,
      modules: ['cuda/12.4'],
      setup: ["export NAME='a b'"],
      args: ['--qos=long'],
    })
    expect(launcher.worldSize).toBe(8)
    await expectSftError(trainSft({ train: place.rows }, on('memory', launcher)), 'SFT_TRAIN_MEMORY')
    const script = readFileSync(join(place.out('memory'), 'model/train.sbatch'), 'utf8')
    const asked = script.split('\n').flatMap((line) => /^#SBATCH (.*)$/.exec(line)?.[1] ?? [])
    expect(asked).toEqual(
      expect.arrayContaining([
        '--partition=gpu',
        '--account=team',
        '--time=1-12',
        '--nodes=2',
        '--gpus-per-node=4',
        '--ntasks-per-node=1',
        '--qos=long',
        '--signal=B:TERM@120',
      ]),
    )
    expect(script).toContain("module load cuda/12.4\nexport NAME='a b'\n")
    expect(script).toContain('--nnodes=2 --nproc-per-node=4 --node-rank=$SLURM_NODEID')
  })

  it('cannot be had where there is no Slurm, or from options that are none', async () => {
    const { PATH } = process.env
    process.env.PATH = join(place.folder, 'empty')
    const none = expectSftError(
      trainSft({ train: place.rows }, on('none', slurm({ time: '10' }))),
      'SFT_TRAIN_JOB',
    )
    await none
    process.env.PATH = PATH
    await expectSftError(() => slurm({ time: 'for ever' }), 'SFT_PLUGIN_OPTIONS')
    await expectSftError(() => slurm({ time: '10', nodes: 0 }), 'SFT_PLUGIN_OPTIONS')
    for (const array of ['--array=0-3', '-a 1,2', '--array'])
      await expectSftError(() => slurm({ time: '10', args: [array] }), 'SFT_PLUGIN_OPTIONS')
  })
})
