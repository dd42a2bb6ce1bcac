import { sftError, type ToolDefinition } from '@sftkit/core'
import { z } from 'zod'
import type { ModelFolder } from '../checkpoint/model-folder.ts'
import { servedTool } from '../dataset/served-tools.ts'
import type { OllamaClient } from '../ollama/client.ts'
import { modelName } from '../ollama/model-name.ts'
import { registerTemporarily } from '../ollama/register.ts'
import { renderingOf } from '../ollama/version.ts'
import { type TemplateCandidate, templateCandidates } from '../template/candidates.ts'
import type { GateResult } from '../verify/gate.ts'
import { checkLive } from '../verify/live.ts'
import { checkOllamaRendering } from '../verify/render.ts'
import type { Compared } from './compare.ts'
import type { VerificationRecord } from './record.ts'
import type { MakeRequest } from './request.ts'

const toolSchema = z.looseObject({ type: z.string(), function: z.looseObject({ name: z.string() }) })

interface Registering {
  readonly request: MakeRequest
  readonly client: OllamaClient
  readonly version: string
  readonly gguf: string
  readonly sha256: string
  readonly model: ModelFolder
  readonly stops: readonly string[]
  readonly compared: Compared
  readonly record: VerificationRecord
}

/**
 * Registers the GGUF under a name of its own with the first template that renders every chat as the tokenizer does, has
 * it answer, and only then gives it its name.
 *
 * @returns the Go template that it has, or nothing where the GGUF's own is rendered
 * @throws SFT_OLLAMA_TEMPLATE, SFT_VERIFY_RENDER, SFT_VERIFY_LIVE
 */
export async function registerVerified(registering: Registering): Promise<string | undefined> {
  const { request, client, version, gguf, sha256, model, stops, compared, record } = registering
  const name = modelName(request.name).full
  const rendering = renderingOf(version)
  const candidates = await templateCandidates(rendering, { client, model, file: request.template })
  let rejected: { candidate: TemplateCandidate; result: GateResult } | undefined
  await using temporary = await registerTemporarily({
    ...{ client, gguf, sha256, name, stops },
    onUpload: (bytes) => request.report({ unit: 'bytes', done: bytes }),
  })
  for (const candidate of candidates) {
    await temporary.create(candidate.text)
    const result = await checkOllamaRendering(client, temporary.name, compared.rendered, model.tokenizer)
    if (result.status === 'failed') {
      rejected ??= { candidate, result }
      continue
    }
    const template = candidate.text === undefined ? "the GGUF's own" : candidate.name
    record.set({ template })
    record.add({ ...result, detail: `${result.detail}, by ${template}` })
    record.add(
      await checkLive(client, temporary.name, compared.live, { stops, shown: result.status === 'passed' }),
    )
    await temporary.keep()
    return candidate.text
  }
  const order = rejected && orderOfTools(rejected.result, compared)
  if (rejected && order) record.add({ ...rejected.result, detail: `${rejected.result.detail}; ${order}` })
  if (rejected === undefined || (rendering !== 'jinja' && request.template === undefined)) {
    if (rejected) record.note(rejected.result)
    throw sftError(
      'SFT_OLLAMA_TEMPLATE',
      `Ollama ${version} needs a Go template for this model, and none of those that are known renders its chats.${rejected ? ` The nearest: ${rejected.result.detail.replace(/\.$/, '')}.` : ''}`,
    )
  }
  record.add(rejected.result)
  return undefined
}

/** What is wrong where it is no template that renders a row otherwise: tools that Ollama cannot give back as they are. */
function orderOfTools({ difference }: GateResult, { rendered }: Compared): string | undefined {
  const tools = rendered.find(({ name }) => name === difference?.probe)?.tools ?? []
  const asTheyAre = tools.every((tool) => {
    const parsed = toolSchema.safeParse(tool).data
    return (
      parsed === undefined ||
      JSON.stringify(servedTool(parsed as ToolDefinition).tool) === JSON.stringify(tool)
    )
  })
  return asTheyAre
    ? undefined
    : 'its tools are written otherwise than Ollama writes them, and with `ollama()` in the config the dataset has them so'
}
