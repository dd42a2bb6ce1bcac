import { afterEach, expect, test, vi } from 'vitest'
import { quoteText } from '../src/pipeline/quote-text.ts'

afterEach(() => vi.unstubAllGlobals())

function quoted(text: string, quote = quoteText): string {
  const pieces: Buffer[] = []
  quote(text, (bytes) => pieces.push(Buffer.from(bytes)))
  return Buffer.concat(pieces).toString('utf8')
}

const units = Array.from({ length: 0xd800 }, (_, unit) => String.fromCharCode(unit)).join('')

test.each([
  ['no letter', ''],
  ['every letter of the lower planes', units],
  ['nothing but letters that are escaped', '\u0001"\\\n'.repeat(20_000)],
  ['pairs of surrogates across every cut', `a${'\u{1F600}'.repeat(40_000)}`],
  ['pairs of surrogates at even places', '\u{1F600}'.repeat(40_000)],
  ['plain lines', `${'x'.repeat(70)}\n`.repeat(2_000)],
])('%s: as JSON.stringify writes it', (_, text) => {
  expect(quoted(text)).toBe(JSON.stringify(text))
})

test('an escaped letter at each place of the bytes that are looked at together', () => {
  for (let length = 0; length < 70; length++) {
    for (const letter of ['"', '\\', '\u001f', '\t', 'é', '\u007f']) {
      const text = `${'a'.repeat(length)}${letter}${'b'.repeat(70 - length)}`
      expect(quoted(text)).toBe(JSON.stringify(text))
      expect(quoted(text.slice(0, length + 1))).toBe(JSON.stringify(text.slice(0, length + 1)))
    }
  }
})

test('as JSON.stringify writes it, also in a Node without WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  vi.resetModules()
  const { quoteText: plain } = await import('../src/pipeline/quote-text.ts')
  const text = `${units}\u{1F600}`
  expect(quoted(text, plain)).toBe(JSON.stringify(text))
})
