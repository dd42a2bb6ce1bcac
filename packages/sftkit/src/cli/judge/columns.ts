const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const PLAIN = /^[\x20-\x7e]*$/

/** The signs of a text, each with the columns that it takes on a terminal. */
export function* columnsOf(text: string): Generator<readonly [sign: string, columns: number]> {
  if (PLAIN.test(text)) for (const sign of text) yield [sign, 1]
  else for (const { segment } of segmenter.segment(text)) yield [segment, widthOf(segment)]
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const NOTHING = /^[\p{M}\p{Cf}]+$/u

/** 2 for what East Asian fonts and emojis make wide, 0 for what only changes another sign. */
function widthOf(sign: string): number {
  if (NOTHING.test(sign)) return 0
  return WIDE.test(sign) ? 2 : 1
}
