import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const shared = fileURLToPath(new URL('../../../../shared', import.meta.url))

/** Real traces of other projects; they are no part of the repository. */
export const traces = `${shared}/traces`
export const golden = `${shared}/golden`
export const withoutTraces = existsSync(traces)
  ? false
  : 'the folder of real traces is not beside the checkout'
export const withoutGolden = existsSync(golden) ? false : 'the reference vectors are not beside the checkout'

/** A suite's name, which says why where it is skipped. */
export function suite(name: string, without: string | false): string {
  return without === false ? name : `${name} (skipped: ${without})`
}
