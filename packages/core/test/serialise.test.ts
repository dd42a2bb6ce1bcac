import { expect, test } from 'vitest'
import { type Piece, serialiseRow } from '../src/pipeline/serialise.ts'

/** The line that the pieces make. */
function lineOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : JSON.stringify(piece.text))).join('')
}

test.each([0, 1, 3, 1000])('a list of %i elements is written as JSON.stringify writes it', (count) => {
  const list = Array.from({ length: count }, (_, index) =>
    index % 7 === 0 ? undefined : { index, text: `é "${index}"` },
  )
  const row = { id: 'a', messages: list, tools: [], none: undefined }
  const { pieces, replaced } = serialiseRow(row)
  expect(lineOf(pieces)).toBe(JSON.stringify(row))
  expect(replaced).toBe(0)
})

test('lone surrogates are replaced in long lists too', () => {
  const list = Array.from({ length: 1000 }, (_, index) => ({ text: index === 500 ? 'a\ud800b' : 'c' }))
  const { pieces, replaced } = serialiseRow({ messages: list })
  expect(replaced).toBe(1)
  expect(lineOf(pieces)).toContain('a\uFFFDb')
})

test('objects and columns with long texts are written as JSON.stringify writes them', () => {
  const long = 'long "text" with a line\n'.repeat(100)
  const row = {
    text: long,
    messages: [
      { role: 'user', content: long },
      { none: undefined, content: long, tail: [long, { deep: long }] },
      { content: long, none: undefined, name: 'x', toolCalls: [{ id: 1 }] },
      { content: 'short' },
      [long],
      long,
      null,
    ],
    metadata: { id: 'a', note: long },
  }
  const { pieces, replaced } = serialiseRow(row)
  expect(pieces.some((piece) => typeof piece !== 'string')).toBe(true)
  expect(lineOf(pieces)).toBe(JSON.stringify(row))
  expect(replaced).toBe(0)
})
