import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Quantization } from '../gguf/quantization.ts'
import { fileName } from '../ollama/model-name.ts'

/** A GGUF with what stands beside it. */
export interface ModelFiles {
  readonly gguf: string
  readonly modelfile: string
  readonly verifyFile: string
}

/** Where a model is written. */
export function modelFiles(out: string, name: string, quantization: Quantization): ModelFiles {
  const gguf = join(out, `${fileName(name)}-${quantization}.gguf`)
  return { gguf, modelfile: join(out, 'Modelfile'), verifyFile: join(out, 'verify.json') }
}

/** Where its Modelfile and verify.json are, if another GGUF of the folder has been made since. */
export function filesAside({ gguf, modelfile, verifyFile }: ModelFiles): ModelFiles {
  const aside = (file: string): string => `${gguf.replace(/\.gguf$/, '')}.${basename(file)}`
  return { gguf, modelfile: aside(modelfile), verifyFile: aside(verifyFile) }
}

/**
 * Makes room for a model. `Modelfile` and `verify.json` belong to the newest GGUF of a folder; those of another one that
 * is still there are given its name.
 */
export function makeRoom(out: string, files: ModelFiles): void {
  const stale = filesAside(files)
  for (const file of [stale.modelfile, stale.verifyFile]) rmSync(file, { force: true })
  const other = ggufOf(files.verifyFile)
  if (other === undefined || other === basename(files.gguf) || !existsSync(join(out, other))) return
  const aside = filesAside({ ...files, gguf: join(out, other) })
  for (const part of ['modelfile', 'verifyFile'] as const)
    if (existsSync(files[part])) renameSync(files[part], aside[part])
}

/** The name of the GGUF that a verify.json is about. */
function ggufOf(verifyFile: string): string | undefined {
  try {
    const { gguf } = JSON.parse(readFileSync(verifyFile, 'utf8')) as { gguf?: unknown }
    return typeof gguf === 'string' && basename(gguf) === gguf ? gguf : undefined
  } catch {
    return undefined
  }
}
