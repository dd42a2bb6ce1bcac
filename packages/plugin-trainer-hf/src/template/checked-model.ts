import { errorText, sftError } from '@sftkit/core'
import { type ModelName, modelFolder } from './model-folder.ts'
import { type ChatTemplate, chatTemplate } from './render.ts'
import { type ChatTokenizer, loadChatTokenizer } from './tokenizer.ts'
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.ts'

/** A model's tokenizer and chat template, without its weights. */
export interface ModelChat {
  readonly model: string
  readonly files: TokenizerFiles
  readonly tokenizer: ChatTokenizer
  /** Absent where the model has none: a base model. */
  readonly template?: ChatTemplate
}

/** @throws SFT_TEMPLATE_MODEL where the tokenizer or the template cannot be read */
export async function modelChat(name: ModelName, signal: AbortSignal): Promise<ModelChat> {
  const files = readTokenizerFiles(await modelFolder(name, signal), name.path)
  const tokenizer = await reading(name, 'tokenizer.json', () => loadChatTokenizer(files))
  // TRL trains with the default one, also where another is meant for tools.
  const source = files.templates.get('default')
  if (source === undefined) return { model: name.path, files, tokenizer }
  const template = await reading(name, 'chat template', () => chatTemplate(source, files.special))
  return { model: name.path, files, tokenizer, template }
}

async function reading<T>({ path }: ModelName, what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw sftError('SFT_TEMPLATE_MODEL', `The ${what} of ${path} cannot be read: ${errorText(cause)}.`, {
      source: path,
      cause,
    })
  }
}
