import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { fileDigest } from '../file-digest.ts'
import type { OllamaClient } from '../ollama/client.ts'
import type { GateResult } from '../verify/gate.ts'
import type { MadeFrom } from './inputs.ts'
import { filesAside, type ModelFiles } from './model-files.ts'
import type { MadeModel } from './request.ts'

const recordSchema = z.looseObject({
  verified: z.literal(true),
  model: z.string(),
  gguf: z.string(),
  sha256: z.string(),
  from: z.record(z.string(), z.unknown()),
  /** Of the model in Ollama. */
  digest: z.string().optional(),
  ollama: z.string().optional(),
  gates: z.array(z.object({ gate: z.string(), status: z.enum(['passed', 'not-run']), detail: z.string() })),
})

/**
 * The model that an earlier run made of the same, if it is still what it was: the GGUF byte for byte, its Modelfile, and
 * in Ollama the same model under the same name.
 */
export async function takeUpModel(
  files: ModelFiles,
  from: MadeFrom,
  client: OllamaClient,
): Promise<MadeModel | undefined> {
  for (const places of [files, filesAside(files)]) {
    const record = readRecord(places)
    if (record === undefined || !sameInputs(record.from, from)) continue
    if (!existsSync(places.gguf) || (await fileDigest(places.gguf)) !== record.sha256) continue
    if (from.target === 'ollama') {
      const there = (await client.list()).find(({ name }) => name === record.model)
      if (there?.digest === undefined || there.digest !== record.digest) continue
    }
    return {
      ...places,
      name: record.model,
      target: from.target === 'ollama' ? 'ollama' : 'gguf',
      sha256: record.sha256,
      gates: record.gates as GateResult[],
      ...(record.ollama !== undefined && { ollama: record.ollama }),
      unchanged: true,
    }
  }
  return undefined
}

function readRecord({ gguf, modelfile, verifyFile }: ModelFiles): z.infer<typeof recordSchema> | undefined {
  if (!existsSync(verifyFile) || !existsSync(modelfile)) return undefined
  try {
    const record = recordSchema.parse(JSON.parse(readFileSync(verifyFile, 'utf8')))
    return record.gguf === basename(gguf) ? record : undefined
  } catch {
    // Of a failed run, of another version, or altered by hand: the model is made anew.
    return undefined
  }
}

function sameInputs(earlier: Readonly<Record<string, unknown>>, now: MadeFrom): boolean {
  const names = new Set([...Object.keys(earlier), ...Object.keys(now)])
  return [...names].every((name) => earlier[name] === now[name])
}
