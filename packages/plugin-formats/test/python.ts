import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = new URL('../../../', import.meta.url)

/** Whether a missing Python is a failure: SFT_REQUIRE names what has to be there. */
const required = (process.env.SFT_REQUIRE ?? '')
  .split(',')
  .some((part) => /^(train|python)$/.test(part.trim()))

/**
 * The interpreter with the packages of test/python: SFT_PYTHON, else the managed environment, made when first
 * asked for. Or the reason why there is none.
 *
 * @throws where there is none and SFT_REQUIRE asks for it
 */
export async function findPython(): Promise<{ python: string } | { reason: string }> {
  try {
    const python = process.env.SFT_PYTHON ?? (await managedPython())
    await run(python, ['-c', 'import datasets, transformers, importlib.metadata as m; m.distribution("trl")'])
    return { python }
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    const reason = (stderr?.trim().split('\n').at(-1) || message).trim()
    if (required) throw new Error(`SFT_REQUIRE asks for Python. ${reason}`)
    return { reason }
  }
}

async function managedPython(): Promise<string> {
  const script = fileURLToPath(new URL('scripts/python-env.mjs', root))
  const { stdout } = await run(process.execPath, [script])
  return stdout.trim()
}

/** Runs a script of test/python, offline; fails with its last lines. */
export async function runPython(python: string, script: string, ...args: string[]): Promise<string> {
  const file = fileURLToPath(new URL(`python/${script}`, import.meta.url))
  const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: `${args[0]}/hf`, PYTHONDONTWRITEBYTECODE: '1' }
  try {
    return (await run(python, [file, ...args], { env, maxBuffer: 1 << 26 })).stdout
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new Error(stderr?.split('\n').slice(-40).join('\n') ?? String(error))
  }
}
