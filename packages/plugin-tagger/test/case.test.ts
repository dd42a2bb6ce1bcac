import { describe, expect, it } from 'vitest'
import { mentionsOom } from '../src/rules/ml-intern/oom.ts'
import { namesTraining } from '../src/rules/ml-intern/training.ts'

/** The reference lower-cases a text and looks for these in it. */
const OOM = ['outofmemoryerror', 'cuda out of memory', 'oom']
const TRAINING = [
  'sftconfig',
  'sfttrainer',
  'trainer(',
  'trainingarguments',
  'grpo',
  'dpo',
  '.train(',
  'transformers import',
  'trainer import',
  'fine-tune',
  'finetune',
]

/** All characters outside ASCII, once each. */
const FOREIGN = Array.from({ length: 0x11_0000 - 128 }, (_, place) => String.fromCodePoint(place + 128))

/** Every spelling that puts one of the characters in the place of one of the letters. */
function disguised(text: string, characters: readonly string[]): string[] {
  return [...text].flatMap((_, place) =>
    characters.map((one) => text.slice(0, place) + one + text.slice(place + 1)),
  )
}

describe('ignoring case', () => {
  // Only these two lower-case to something with an ASCII letter in it, in Python as in JavaScript.
  const lowered = FOREIGN.filter((character) => /[a-z]/.test(character.toLowerCase()))
  const suspicious = [...lowered, 'ſ', 'ı', 'Ⅿ', 'Ｏ', 'ⓞ', 'ß', 'ﬁ', 'ﬆ']

  it('has two characters to look at', () => {
    expect(lowered).toEqual(['\u0130', '\u212a'])
  })

  it('matches no character outside ASCII by a letter', () => {
    expect(FOREIGN.filter((character) => /[a-z]/i.test(character))).toEqual([])
  })

  it.each([
    { found: mentionsOom, texts: OOM },
    { found: namesTraining, texts: TRAINING },
  ])('finds what lower-casing finds: $texts', ({ found, texts }) => {
    const spellings = texts.flatMap((text) => [text, text.toUpperCase(), ...disguised(text, suspicious)])
    for (const spelling of spellings) {
      const low = spelling.toLowerCase()
      expect(found(`x ${spelling} y`), spelling).toBe(texts.some((text) => low.includes(text)))
    }
  })
})
