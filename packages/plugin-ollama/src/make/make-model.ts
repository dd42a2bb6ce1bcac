import { existsSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolders, sftError, writeWhole } from '@sftkit/core'
import { baseFolder, isAdapter, mergeAdapter } from '../checkpoint/adapter.ts'
import { readModelFolder } from '../checkpoint/model-folder.ts'
import { findLlamaCpp } from '../converter/find.ts'
import { fileDigest } from '../file-digest.ts'
import { ollamaClient } from '../ollama/client.ts'
import { ollamaUrl } from '../ollama/host.ts'
import { modelName } from '../ollama/model-name.ts'
import { modelfile } from '../ollama/modelfile.ts'
import { type PythonProcess, startPython } from '../python/process.ts'
import { servedTemplate } from '../template/served.ts'
import { endOfTurnId, stopTokens } from '../template/stops.ts'
import { notRun } from '../verify/gate.ts'
import { checkStopping } from '../verify/live.ts'
import { checkMetadata } from '../verify/metadata.ts'
import { checkOwnRendering } from '../verify/render.ts'
import { checkWeights } from '../verify/weights.ts'
import { compareWithOriginal } from './compare.ts'
import { madeFrom } from './inputs.ts'
import { makeRoom, modelFiles } from './model-files.ts'
import { verificationRecord } from './record.ts'
import { registerVerified } from './register-verified.ts'
import type { MadeModel, MakeRequest } from './request.ts'
import { takeUpModel } from './take-up.ts'
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
  await readModelFolder(isAdapter(request.modelPath) ? baseFolder(request.modelPath) : request.modelPath)
  if (request.template !== undefined && !existsSync(request.template))
    throw sftError('SFT_CONFIG_INVALID', `There is no template ${request.template}.`, {
      fix: 'Name a file with a Go template as `template`, or leave it out.',
    })
  const llamaCpp = findLlamaCpp(request.llamaCppPath)
  const client = ollamaClient(ollamaUrl(request.host), signal)
  const { target, version } = await chooseTarget(client, request.target)
  const files = modelFiles(out, name, request.quantization)
  const from = await madeFrom({
    ...{ request, name: full, llamaCpp, target, url: client.url, ollama: version },
  })
  const earlier = request.fresh === true ? undefined : await takeUpModel(files, from, client)
  if (earlier) {
    log.info(`${full} was made of the same model with the same options, and verified: unchanged`)
    return earlier
  }
  await using python = await startPython(signal)
  makeFolders(out)
  makeRoom(out, files)
  const record = verificationRecord(out, log, request.report)
  const { gguf, modelfile: file } = files
  record.set({
    ...{ model: full, quantization: request.quantization, gguf: basename(gguf) },
    ...(version && { ollama: version }),
  })

  const folder = await wholeModel(request, python)
  const model = await readModelFolder(folder)
  record.add(await checkWeights(model, signal))

  await writeGguf({
    ...request,
    folder,
    llamaCpp,
    python,
    gguf,
    served: servedTemplate(model.tokenizer),
    endOfTurn: endOfTurnId(model),
  })
  log.info(`${basename(gguf)}: ${(statSync(gguf).size / 1e6).toFixed(1)} MB`)
  record.add(checkMetadata(gguf, model))
  const stops = stopTokens(model)
  const compared = await compareWithOriginal(request, model, gguf, python, record, stops)

  const sha256 = await fileDigest(gguf)
  const { template, bos, eos } = model.tokenizer
  const own =
    template === undefined ? undefined : checkOwnRendering(template, compared.rendered, { bos, eos })
  let served: string | undefined
  if (target === 'gguf' || own?.status === 'failed') {
    record.add(own ?? notRun('render', 'the tokenizer has no chat template'))
    const why = request.target === 'gguf' ? 'Ollama is not asked for' : `no Ollama answers at ${client.url}`
    record.add(checkStopping(compared.live) ?? notRun('live', why))
  } else {
    served = await registerVerified({
      request,
      client,
      version: version ?? '',
      gguf,
      sha256,
      model,
      stops,
      compared,
      record,
    })
  }
  writeWhole(file, modelfile(`./${basename(gguf)}`, served, stops))
  const digest =
    target === 'ollama' ? (await client.list()).find((one) => one.name === full)?.digest : undefined
  record.set({ sha256, ...(digest !== undefined && { digest }), from })
  return {
    ...files,
    name: full,
    target,
    sha256,
    gates: record.gates,
    ...(target === 'ollama' && version !== undefined && { ollama: version }),
  }
}

/** The folder itself, or what an adapter in it was merged into. */
async function wholeModel({ modelPath, out }: MakeRequest, python: PythonProcess): Promise<string> {
  if (!isAdapter(modelPath)) return modelPath
  const merged = join(out, 'merged')
  if (existsSync(join(merged, 'config.json'))) rmSync(merged, { recursive: true })
  await mergeAdapter({ python, adapter: modelPath, into: merged })
  return merged
}
