import { statSync } from 'node:fs'
import { relative } from 'node:path'
import type { Artifact, FileReference } from '@sftkit/core'
import { fileDigest } from '../file-digest.ts'
import type { MadeModel } from './request.ts'

/** The files of a model, by their paths below the run directory. */
export async function artifactOf(made: MadeModel, out: string): Promise<Artifact> {
  return {
    target: made.target,
    files: [
      reference(made.gguf, out, made.sha256),
      reference(made.modelfile, out, await fileDigest(made.modelfile)),
      reference(made.verifyFile, out, await fileDigest(made.verifyFile)),
    ],
    metadata: {
      name: made.name,
      gates: Object.fromEntries(made.gates.map(({ gate, status }) => [gate, status])),
      ...(made.ollama !== undefined && { ollama: made.ollama }),
    },
  }
}

function reference(file: string, out: string, sha256: string): FileReference {
  return { path: relative(out, file), sha256, bytes: statSync(file).size }
}
