// Stands for a trainer of the user's own: `node own-trainer.mjs CONFIG DATASET MODEL OUTPUT [how]`.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [config, dataset, model, output, how = 'well'] = process.argv.slice(2)
if (!existsSync(config)) throw new Error('there is no config')
const rows = readFileSync(dataset, 'utf8').trim().split('\n').length
process.stdout.write(`step 1 of ${rows}, loss 1.5\n`)
if (how === 'badly') {
  process.stderr.write('ValueError: the own trainer does not like it\n')
  process.exit(20)
}
if (how === 'hungry') {
  process.stderr.write('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n')
  process.exit(1)
}
mkdirSync(output, { recursive: true })
if (how === 'nothing') process.exit(0)
cpSync(model, output, { recursive: true })
const history = [
  { step: 1, loss: 1.5 },
  { step: 2, loss: 0.5 },
]
writeFileSync(join(output, 'trainer_state.json'), JSON.stringify({ global_step: 2, log_history: history }))
