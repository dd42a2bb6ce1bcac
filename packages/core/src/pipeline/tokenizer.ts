import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorText, sftError } from '../errors/error.ts'
import type { TokenCounter } from './measure.ts'

/**
 * A counter from a `tokenizer.json` (with `tokenizer_config.json` beside it, where there is one).
 *
 * @throws SFT_TOKENIZER
 */
export async function loadTokenizer(path: string): Promise<TokenCounter> {
  try {
    const { Tokenizer } = await import('@huggingface/tokenizers')
    const configPath = join(dirname(path), 'tokenizer_config.json')
    const config = existsSync(configPath) ? (JSON.parse(readFileSync(configPath, 'utf8')) as object) : {}
    const tokenizer = new Tokenizer(JSON.parse(readFileSync(path, 'utf8')) as object, config)
    return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length
  } catch (error) {
    throw sftError('SFT_TOKENIZER', `The tokenizer ${path} could not be loaded: ${errorText(error)}.`, {
      source: path,
      cause: error,
    })
  }
}
