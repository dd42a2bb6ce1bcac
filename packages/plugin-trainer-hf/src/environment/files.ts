import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The worker: the one Python file of this package. */
export function workerFile(): string {
  return fileURLToPath(new URL('../../python/sftkit_worker.py', import.meta.url))
}

/** The pinned packages that it needs. */
export function requirementsFile(): string {
  return fileURLToPath(new URL('../../python/requirements.txt', import.meta.url))
}

/** Name and version of each pinned package. */
export function requirements(): { readonly name: string; readonly version: string }[] {
  return readFileSync(requirementsFile(), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name, version] = line.trim().split('==')
      return name !== undefined && version !== undefined ? [{ name, version }] : []
    })
}

/** What is added where there is an NVIDIA GPU. */
export function cudaRequirementsFile(): string {
  return fileURLToPath(new URL('../../python/requirements-cuda.txt', import.meta.url))
}
