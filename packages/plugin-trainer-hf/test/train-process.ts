// Trains in a process of its own, which tests may kill: `node train-process.ts ROWS OPTIONS [SLURM]`.
import { isSftError } from '@sftkit/core'
import { type SlurmOptions, slurm, type TrainSftOptions, trainSft } from '../src/index.ts'

const [rows = '', options = '{}', place] = process.argv.slice(2)
const abort = new AbortController()
process.on('SIGINT', () => abort.abort())
try {
  const { steps } = await trainSft(
    { train: rows },
    {
      ...(JSON.parse(options) as TrainSftOptions),
      ...(place !== undefined && { launcher: slurm(JSON.parse(place) as SlurmOptions) }),
      signal: abort.signal,
    },
  )
  process.stdout.write(`${steps}\n`)
} catch (error) {
  process.stdout.write(`${isSftError(error) ? error.code : String(error)}\n`)
  process.exitCode = isSftError(error) && error.code === 'SFT_INTERRUPTED' ? 130 : 1
}
