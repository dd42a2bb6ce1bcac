import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether a missing TRL is a failure: SFT_REQUIRE names what has to be there. */
const required = (process.env.SFT_REQUIRE ?? '').split(',').some((part) => part.trim() === 'train')

/**
 * The interpreter of the training environment, or the reason why there is none.
 *
 * @throws where there is none and SFT_REQUIRE asks for it
 */
export async function findTrl(): Promise<{ python: string } | { reason: string }> {
  const given = process.env.SFT_PYTHON
  if (given !== undefined) return { python: given }
  try {
    const script = fileURLToPath(new URL('../../../../scripts/python-env.mjs', import.meta.url))
    return { python: (await run(process.execPath, [script, 'train'])).stdout.trim() }
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    const reason = (stderr?.trim().split('\n').at(-1) || message).trim()
    if (required) throw new Error(`SFT_REQUIRE asks for torch and TRL. ${reason}`)
    return { reason }
  }
}
