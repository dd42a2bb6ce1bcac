import { sftError } from '@sftkit/core'
import type { OllamaClient } from '../ollama/client.ts'

/**
 * Where the model goes: Ollama where it answers, unless the GGUF alone is wanted.
 *
 * @throws SFT_OLLAMA_UNREACHABLE where Ollama is wanted and does not answer
 */
export async function chooseTarget(
  client: OllamaClient,
  wanted: 'ollama' | 'gguf' | undefined,
): Promise<{ target: 'ollama' | 'gguf'; version?: string }> {
  if (wanted === 'gguf') return { target: 'gguf' }
  const version = await client.version()
  if (version !== undefined) return { target: 'ollama', version }
  if (wanted === undefined) return { target: 'gguf' }
  throw sftError('SFT_OLLAMA_UNREACHABLE', `No Ollama answers at ${client.url}.`)
}
