import { afterEach, expect, test, vi } from 'vitest'
import { quoteText } from '../src/pipeline/quote-text.ts'

afterEach(() => vi.unstubAllGlobals())

function quoted(text: string, quote = quoteText): string {
  const pieces: Buffer[] = []
  quote(text, (bytes) => pieces.push(Buffer.from(bytes)))
  return Buffer.concat(pieces).toString('utf8')
}

const units = Array.from({ length: 0xd800 }, (_, unit) => String.fromCharCode(unit)).join('')
const planes = Array.from({ length: 17 * 64 }, (_, part) => String.fromCodePoint(0x10000 + part * 963)).join(
  '',
)
const private16 = Array.from({ length: 0x2000 }, (_, unit) => String.fromCharCode(0xe000 + unit)).join('')

test.each([
  ['no letter', ''],
  ['every letter below the surrogates', units],
  ['every letter above the surrogates', private16],
  ['letters of the higher planes', planes],
  ['letters of many alphabets among others', `the ${'é → 語 \u{1F600} "line"\n and so on, '.repeat(9_000)}`],
  ['nothing but letters that are escaped', '\u0001"\\\n'.repeat(20_000)],
  ['pairs of surrogates across every cut', `a${'\u{1F600}'.repeat(40_000)}`],
  ['pairs of surrogates at even places', '\u{1F600}'.repeat(40_000)],
  ['plain lines', `${'x'.repeat(70)}\n`.repeat(2_000)],
])('%s: as JSON.stringify writes it', (_, text) => {
  expect(quoted(text)).toBe(JSON.stringify(text))
})

test('an escaped letter at each place of the bytes that are looked at together', () => {
  for (let length = 0; length < 70; length++) {
    for (const letter of ['"', '\\', '\u001f', '\t', 'é', '→', '\uff5e', '\u{1F600}', '\u007f']) {
      const text = `${'a'.repeat(length)}${letter}${'b'.repeat(70 - length)}`
      expect(quoted(text)).toBe(JSON.stringify(text))
      expect(quoted(text.slice(0, length + letter.length))).toBe(
        JSON.stringify(text.slice(0, length + letter.length)),
      )
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

test.each(['\ud800', '\udc00', '\udc00\ud800', '\ud800\ud800', `\ud800${'\u{1F600}'}`])(
  'lone surrogates become U+FFFD and are counted, at every place',
  (lone) => {
    for (let length = 0; length < 40; length++) {
      const text = `${'a'.repeat(length)}${lone}${'b'.repeat(40 - length)}${lone}`
      const counted = [...text].filter((letter) => /^[\ud800-\udfff]$/u.test(letter)).length
      expect(quoteText(text, () => {})).toBe(counted)
      expect(quoted(text)).toBe(JSON.stringify(text.toWellFormed()))
    }
    expect(quoteText('plain', () => {})).toBe(0)
  },
)
