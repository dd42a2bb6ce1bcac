import { Buffer } from 'node:buffer'
import type { Example, ResolvedConfig } from '@sftkit/core'
import { exampleText } from './example-text.ts'
import { SIGNATURE_LENGTH, textSignature } from './signature.ts'

/** The measure's name in the index: `kind signature`, the signature in base64 (344 characters). */
export const MEASURE = 'text-signature'

/** The signature of an example's text; undefined where the config compares none. */
export function measureSignature(example: Example, config: ResolvedConfig): string | undefined {
  if (config.dedup.near === undefined && !config.split.nearDuplicates) return undefined
  const signature = textSignature(exampleText(example))
  return signature && `${example.kind} ${encode(signature)}`
}

/** The kind and the signature of a measured value. */
export function parseMeasured(value: string): { readonly kind: string; readonly signature: Uint16Array } {
  const [kind = '', encoded = ''] = value.split(' ')
  const bytes = Buffer.from(encoded, 'base64')
  return {
    kind,
    signature: Uint16Array.from({ length: SIGNATURE_LENGTH }, (_, place) => bytes.readUInt16LE(2 * place)),
  }
}

function encode(signature: Uint16Array): string {
  const bytes = Buffer.alloc(2 * signature.length)
  for (const [place, value] of signature.entries()) bytes.writeUInt16LE(value, 2 * place)
  return bytes.toString('base64')
}
