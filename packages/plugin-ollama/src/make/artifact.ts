import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { relative } from 'node:path'
import type { Artifact, FileReference } from '@sftkit/core'
import type { MadeModel } from './request.ts'

/** The files of a model, by their paths below the run directory. */
export async function artifactOf(made: MadeModel, out: string): Promise<Artifact> {
  const files = [made.gguf, made.modelfile, made.verifyFile]
  return {
    target: made.target,
    files: await Promise.all(files.map((file) => reference(file, out))),
    metadata: {
      name: made.name,
      gates: Object.fromEntries(made.gates.map(({ gate, status }) => [gate, status])),
      ...(made.ollama !== undefined && { ollama: made.ollama }),
    },
  }
}

async function reference(file: string, out: string): Promise<FileReference> {
  const digest = createHash('sha256')
  let bytes = 0
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) {
    digest.update(part)
    bytes += part.length
  }
  return { path: relative(out, file), sha256: digest.digest('hex'), bytes }
}
