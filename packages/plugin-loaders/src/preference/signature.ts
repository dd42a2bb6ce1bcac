import { isSide } from '../detect/first-message.ts'
import { inside } from '../detect/shape.ts'
import type { Signature } from '../detect/signature.ts'

export const signature: Signature = {
  format: 'preference',
  record: (r) => {
    if (isSide(r.chosen) && isSide(r.rejected)) return 'chosen and rejected, each a text or messages'
    if (isSide(r.preferred_output) && isSide(r.non_preferred_output) && isSide(inside(r, 'input').messages))
      return 'input, preferred_output and non_preferred_output'
    return undefined
  },
}
