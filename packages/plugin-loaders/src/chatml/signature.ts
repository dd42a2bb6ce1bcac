import { textOf } from '../detect/shape.ts'
import type { Signature } from '../detect/signature.ts'

const BEGINS = /^\s*(?:<s>|<\|begin_of_text\|>)?\s*<\|im_start\|>\w/

export const signature: Signature = {
  format: 'chatml',
  record: (r) => (BEGINS.test(textOf(r.text).slice(0, 200)) ? 'text begins with <|im_start|>' : undefined),
}
