import { makeEnvironment, planEnvironment } from '@sftkit/plugin-trainer-hf'
import pc from 'picocolors'

/** `sft setup train`: says what is fetched, fetches it, and says where it is. */
export async function setupTrainCommand(flags: object): Promise<void> {
  const { fresh = false } = flags as { readonly fresh?: boolean }
  const plan = await planEnvironment()
  if (plan.complete && !fresh) {
    process.stdout.write(`there already: ${plan.folder}\n`)
    return
  }
  const wanted = plan.packages.filter(({ name }) => ['torch', 'transformers', 'trl', 'peft'].includes(name))
  const versions = wanted.map(({ name, version }) => `${name} ${version}`).join(', ')
  process.stderr.write(
    `${versions} and what they need, for ${plan.accelerator === 'cuda' ? 'CUDA' : 'the CPU'}, with ${plan.installer}: ${plan.size}\ninto ${plan.folder}\n`,
  )
  const began = performance.now()
  const { versions: installed } = await makeEnvironment(plan, (line) =>
    process.stderr.write(`${pc.dim(line)}\n`),
  )
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stdout.write(
    `installed: Python ${installed.python}, torch ${installed.torch}, trl ${installed.trl} in ${plan.folder} (${seconds} s)\n`,
  )
}
