import { execFileSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { formatBytes } from './sizes.ts'
import { freeBytes } from './workspace.ts'

/** The generated file of a size; made when it is not there. */
export function sessionsFile(root: string, bytes: number): string {
  const data = join(root, 'bench/data')
  const file = join(data, `sessions-${formatBytes(bytes).toLowerCase()}.jsonl`)
  if (existsSync(file)) return file
  if (freeBytes(root) < bytes * 1.2)
    throw new Error(`Not enough disk space for ${file}: ${formatBytes(bytes)} are needed.`)
  const half = `${file}.part`
  const script = join(root, 'bench/generate.ts')
  execFileSync(process.execPath, [script, '--bytes', String(bytes), '--out', half], { stdio: 'inherit' })
  renameSync(half, file)
  return file
}
