import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { linesOfText } from '../src/cli/judge/lines-of-text.ts'

const DIM = '\u001b[2m'
const BOLD = '\u001b[1m'
const NO_WEIGHT = '\u001b[22m'
const RED = '\u001b[31m'
const NO_COLOUR = '\u001b[39m'

describe('lines of a text', () => {
  it.each([
    ['one two three', 8, ['one two ', 'three']],
    ['  one two three', 9, ['  one two', '  three']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['a\n\nb', 4, ['a', '', 'b']],
    ['\tx', 8, ['    x']],
    ['漢字漢字', 5, ['漢字', '漢字']],
    ['e\u0301e\u0301e\u0301', 2, ['e\u0301e\u0301', 'e\u0301']],
    ['👩‍👩‍👧a', 2, ['👩‍👩‍👧', 'a']],
    ['a\u202eb', 4, ['ab']],
    ['', 4, ['']],
  ])('%j in %i columns', (text, width, lines) => {
    expect(linesOfText(text, width)).toEqual(lines)
  })

  it('begin with the colours that hold, and end without any', () => {
    const text = `${DIM}one two\nthree${NO_WEIGHT} ${RED}${BOLD}four${NO_WEIGHT} five${NO_COLOUR} six`
    const lines = linesOfText(text, 20)
    expect(lines.map(stripVTControlCharacters)).toEqual(['one two', 'three four five six'])
    expect(lines[0]).toBe(`${DIM}one two\u001b[0m`)
    expect(lines[1]).toBe(`${DIM}three\u001b[0m ${RED}${BOLD}four\u001b[0m${RED} five\u001b[0m six`)
  })

  it('are never wider than they may be', () => {
    const text = `${DIM}${'lorem ipsum 漢字 '.repeat(20)}${NO_WEIGHT}`
    for (const width of [2, 7, 20, 80])
      for (const line of linesOfText(text, width)) {
        const columns = [...stripVTControlCharacters(line)].reduce(
          (sum, sign) => sum + (sign > '~' ? 2 : 1),
          0,
        )
        expect(columns).toBeLessThanOrEqual(width)
      }
  })
})
