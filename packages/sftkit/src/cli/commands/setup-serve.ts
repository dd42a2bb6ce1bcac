import { setUpServe } from '@sftkit/plugin-ollama'

/** `sft setup serve`: says what is fetched, then where it is. */
export async function setupServeCommand(): Promise<void> {
  process.stderr.write("llama.cpp's library and converter, about 90 MB from the npm registry\n")
  const { folder, version, installed } = await setUpServe()
  process.stdout.write(
    `${installed ? 'installed' : 'there already'}: node-llama-cpp ${version} in ${folder}\n`,
  )
}
