import type { ModelFolder } from '../checkpoint/model-folder.ts'
import { readGguf } from '../gguf/read.ts'
import { servedTemplate } from '../template/served.ts'
import { endOfTurnId } from '../template/stops.ts'
import { textDifference } from './difference.ts'
import { failed, type GateResult, passed } from './gate.ts'

/** Tokens that llama.cpp knows for ends of generation by their text (llama-vocab.cpp), unless it is told others. */
const KNOWN_ENDS: ReadonlySet<string> = new Set([
  ...[
    '<|eot_id|>',
    '<|im_end|>',
    '<|end|>',
    '<end_of_turn>',
    '<|endoftext|>',
    '</s>',
    '<|return|>',
    '<|eom_id|>',
  ],
])

/** Whether the GGUF has the tokenizer's chat template and ends generation where the model does. */
export function checkMetadata(gguf: string, model: ModelFolder): GateResult {
  const { metadata, tensors } = readGguf(gguf)
  const { template, special } = model.tokenizer
  const found = metadata['tokenizer.chat_template']
  const served = servedTemplate(model.tokenizer)
  if (template !== undefined) {
    if (typeof found !== 'string') return failed('metadata', 'the GGUF has no chat template')
    const difference = textDifference(`${served?.before ?? ''}${template}`, found)
    if (difference)
      return failed(
        'metadata',
        `the chat templates differ from byte ${difference.byte} on`,
        difference.report,
      )
  }
  const eos = metadata['tokenizer.ggml.eos_token_id']
  if (model.endIds.length > 0 && typeof eos !== 'number')
    return failed('metadata', 'the GGUF names no token that ends generation', {
      expected: [...model.endIds],
      found: null,
    })
  if (model.endIds.length > 0 && typeof eos === 'number' && !model.endIds.includes(eos)) {
    const name = special.get(eos) ?? String(eos)
    if (name !== model.tokenizer.eos)
      return failed('metadata', `the GGUF ends at ${name}, and the model does not`, {
        expected: [...model.endIds],
        found: eos,
      })
  }
  const turnEnd = endOfTurnId(model)
  const ends = [eos, metadata['tokenizer.ggml.eot_token_id']]
  const text = special.get(turnEnd ?? -1) ?? ''
  if (turnEnd !== undefined && !ends.includes(turnEnd) && !KNOWN_ENDS.has(text))
    return failed('metadata', `the GGUF does not end generation at ${text}, where the template ends a turn`, {
      expected: turnEnd,
      found: ends.filter((id) => typeof id === 'number'),
    })
  const parts = template === undefined ? 'no chat template' : 'chat template and end token equal'
  const date = served?.fixedDate === undefined ? '' : `, with ${served.fixedDate} as its date`
  return passed('metadata', `${parts}${date}; ${tensors.length} tensors`)
}
