import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolders } from '@sftkit/core'
import { isAdapter, mergeAdapter } from '../checkpoint/adapter.ts'
import { readModelFolder } from '../checkpoint/model-folder.ts'
import { findLlamaCpp } from '../converter/find.ts'
import { ollamaClient } from '../ollama/client.ts'
import { ollamaUrl } from '../ollama/host.ts'
import { fileName, modelName } from '../ollama/model-name.ts'
import { modelfile } from '../ollama/modelfile.ts'
import { findPython } from '../python/find.ts'
import { stopTokens } from '../template/stops.ts'
import { notRun } from '../verify/gate.ts'
import { checkMetadata } from '../verify/metadata.ts'
import { checkOwnRendering } from '../verify/render.ts'
import { checkWeights } from '../verify/weights.ts'
import { compareWithOriginal } from './compare.ts'
import { verificationRecord } from './record.ts'
import { registerVerified } from './register-verified.ts'
import type { MadeModel, MakeRequest } from './request.ts'
import { chooseTarget } from './target.ts'
import { writeGguf } from './write-gguf.ts'

/**
 * From a model folder to a verified GGUF, and to a model in Ollama where one is reached. What was written is under
 * `out`: the GGUF, a Modelfile and verify.json.
 *
 * @throws the error of the first gate that fails, and whatever keeps the model from being made; Ollama then has nothing
 * new, and a model of that name stays as it was
 */
export async function makeModel(request: MakeRequest): Promise<MadeModel> {
  const { name, out, signal, log } = request
  const { full } = modelName(name)
  // What is wrong with the folder is said before anything is looked for elsewhere.
  if (!isAdapter(request.modelPath)) await readModelFolder(request.modelPath)
  const llamaCpp = findLlamaCpp(request.llamaCppPath)
  const python = await findPython()
  const client = ollamaClient(ollamaUrl(request.host), signal)
  const { target, version } = await chooseTarget(client, request.target)
  makeFolders(out)
  const record = verificationRecord(out, log)
  record.set({ model: full, quantization: request.quantization, ...(version && { ollama: version }) })

  const folder = await wholeModel(request, python)
  const model = await readModelFolder(folder)
  record.add(await checkWeights(model, signal))

  const gguf = join(out, `${fileName(name)}-${request.quantization}.gguf`)
  await writeGguf({ ...request, folder, llamaCpp, python, gguf })
  log.info(`${basename(gguf)}: ${Math.ceil(statSync(gguf).size / 1e6)} MB`)
  record.add(checkMetadata(gguf, model))
  const compared = await compareWithOriginal(request, model, gguf, python, record)

  const { template, bos, eos } = model.tokenizer
  const own =
    template === undefined ? undefined : checkOwnRendering(template, compared.rendered, { bos, eos })
  const stops = stopTokens(model)
  let served: string | undefined
  if (target === 'gguf' || own?.status === 'failed') {
    record.add(own ?? notRun('render', 'the tokenizer has no chat template'))
    const why = request.target === 'gguf' ? 'Ollama is not asked for' : `no Ollama answers at ${client.url}`
    record.add(notRun('live', why))
  } else {
    served = await registerVerified({
      request,
      client,
      version: version ?? '',
      gguf,
      model,
      stops,
      compared,
      record,
    })
  }
  const file = join(out, 'Modelfile')
  writeFileSync(file, modelfile(`./${basename(gguf)}`, served, stops))
  return {
    name: full,
    target,
    gguf,
    modelfile: file,
    verifyFile: record.file,
    gates: record.gates,
    ...(target === 'ollama' && version !== undefined && { ollama: version }),
  }
}

/** The folder itself, or what an adapter in it was merged into. */
async function wholeModel({ modelPath, out, signal }: MakeRequest, python: string): Promise<string> {
  if (!isAdapter(modelPath)) return modelPath
  const merged = join(out, 'merged')
  if (existsSync(join(merged, 'config.json'))) rmSync(merged, { recursive: true })
  await mergeAdapter({ python, adapter: modelPath, into: merged, signal })
  return merged
}
