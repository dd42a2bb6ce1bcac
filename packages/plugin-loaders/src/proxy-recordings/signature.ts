import { textOf } from '../detect/shape.ts'
import type { Signature } from '../detect/signature.ts'

/** What sftkit's proxy writes: an exchange in each line, and of one that goes on its pieces. */
export const signature: Signature = {
  format: 'proxy-recordings',
  record: ({ format }) =>
    /^sftkit-exchange(?:-part)?$/.test(textOf(format)) ? `format ${textOf(format)}` : undefined,
}
