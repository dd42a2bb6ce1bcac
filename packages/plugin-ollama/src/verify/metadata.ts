import type { ModelFolder } from '../checkpoint/model-folder.ts'
import { readGguf } from '../gguf/read.ts'
import { textDifference } from './difference.ts'
import { failed, type GateResult, passed } from './gate.ts'

/** Whether the GGUF has the tokenizer's chat template and ends generation where the model does. */
export function checkMetadata(gguf: string, model: ModelFolder): GateResult {
  const { metadata, tensors } = readGguf(gguf)
  const { template, special } = model.tokenizer
  const found = metadata['tokenizer.chat_template']
  if (template !== undefined) {
    if (typeof found !== 'string') return failed('metadata', 'the GGUF has no chat template')
    const difference = textDifference(template, found)
    if (difference)
      return failed(
        'metadata',
        `the chat templates differ from byte ${difference.byte} on`,
        difference.report,
      )
  }
  const eos = metadata['tokenizer.ggml.eos_token_id']
  if (model.endIds.length > 0 && typeof eos === 'number' && !model.endIds.includes(eos)) {
    const name = special.get(eos) ?? String(eos)
    if (name !== model.tokenizer.eos)
      return failed('metadata', `the GGUF ends at ${name}, and the model does not`, {
        expected: [...model.endIds],
        found: eos,
      })
  }
  const parts = template === undefined ? 'no chat template' : 'chat template and end token equal'
  return passed('metadata', `${parts}; ${tensors.length} tensors`)
}
