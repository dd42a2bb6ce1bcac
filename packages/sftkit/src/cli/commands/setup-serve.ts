import { setUpServe } from '@sftkit/plugin-ollama'
import pc from 'picocolors'

/** `sft setup serve`: says what is fetched, then where it is. */
export async function setupServeCommand(): Promise<void> {
  const began = performance.now()
  let steps = 0
  const { folder, version, installed } = await setUpServe({
    onStep: (step) => {
      if (steps++ === 0)
        process.stderr.write("llama.cpp's library and converter, about 90 MB from the npm registry\n")
      process.stderr.write(`${pc.dim(step)}\n`)
    },
  })
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stdout.write(
    `${installed ? 'installed' : 'there already'}: node-llama-cpp ${version} in ${folder}${installed ? ` (${seconds} s)` : ''}\n`,
  )
}
