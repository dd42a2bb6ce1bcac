import { describe, expect, it } from 'vitest'
import {
  estimatedJaccard,
  nearDuplicateClusters,
  nearDuplicates,
  type SignedItem,
  textSignature,
} from '../src/index.ts'
import { bandsFor } from '../src/near/bands.ts'
import { measureSignature, parseMeasured } from '../src/near/measure.ts'
import { configOf } from './fake-index.ts'

/** A text of its own for each name: the same on every run. */
function textOf(name: string, words = 500): string[] {
  return Array.from({ length: words }, (_, place) => `${name}${(place * 7919) % 1009}`)
}

function edited(text: readonly string[], every: number): string[] {
  return text.map((word, place) => (place % every === 0 ? `${word}x` : word))
}

function signed(id: string, words: readonly string[]): SignedItem {
  return { id, signature: textSignature(words.join(' ')) ?? new Uint16Array(128) }
}

function jaccard(one: readonly string[], other: readonly string[]): number {
  const runsOf = (words: readonly string[]) =>
    new Set(words.slice(4).map((_, place) => words.slice(place, place + 5).join(' ')))
  const [a, b] = [runsOf(one), runsOf(other)]
  const shared = [...a].filter((run) => b.has(run)).length
  return shared / (a.size + b.size - shared)
}

describe('textSignature', () => {
  it('is the same for the same words, whatever their case, spacing and punctuation', () => {
    const signature = textSignature('To be, or not to be: that is the question.')
    expect(textSignature('to be or not\n\tto be that is (the) question')).toEqual(signature)
    expect(textSignature('to be or not to be that is the answer')).not.toEqual(signature)
  })

  it('stays what it is, as signatures are kept in the index', () => {
    expect([...(textSignature('one two three four five six') ?? [])].slice(0, 4)).toEqual([
      58050, 1668, 33296, 25366,
    ])
  })

  it('has none for a text without words, and one for a single word or for CJK text', () => {
    expect(textSignature(' -- \n')).toBeUndefined()
    expect(textSignature('word')).toHaveLength(128)
    const [one, other] = ['今天天气很好我们去公园散步吧', '今天天气很好我们去公园跑步吧'].map((text) =>
      textSignature(text),
    )
    expect(estimatedJaccard(one ?? [], other ?? [])).toBeGreaterThan(0.2)
    expect(estimatedJaccard(one ?? [], other ?? [])).toBeLessThan(0.8)
  })

  it.each([10, 20, 50, 200])('estimates the similarity of texts with every %ith word changed', (every) => {
    const pairs = ['a', 'b', 'c', 'd', 'e'].map(
      (name) => [textOf(name), edited(textOf(name), every)] as const,
    )
    for (const [one, other] of pairs) {
      const estimate = estimatedJaccard(signed('', one).signature, signed('', other).signature)
      expect(Math.abs(estimate - jaccard(one, other))).toBeLessThan(0.15)
    }
  })
})

describe('bandsFor', () => {
  it.each([0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1])('finds a pair at %d with at least 99 %%', (threshold) => {
    const { bands, rows } = bandsFor(threshold)
    expect(bands * rows).toBeLessThanOrEqual(128)
    expect(1 - (1 - threshold ** rows) ** bands).toBeGreaterThanOrEqual(0.99)
  })
})

describe('nearDuplicateClusters', () => {
  it('joins chains of similar texts, and no strangers', () => {
    const text = textOf('a')
    const once = text.with(100, 'b')
    const items = [
      signed('1', text),
      signed('2', textOf('z')),
      signed('4', once.with(300, 'c')),
      signed('3', once),
    ]
    expect(nearDuplicateClusters(items, 0.9)).toEqual([['1', '3', '4']])
  })

  it('joins equal texts, and the texts of one id', () => {
    const items = [
      signed('x', textOf('a')),
      signed('y', textOf('a')),
      signed('y', textOf('b')),
      signed('z', textOf('b')),
    ]
    expect(nearDuplicateClusters(items, 0.9)).toEqual([['x', 'y', 'z']])
    expect(nearDuplicateClusters([], 0.9)).toEqual([])
  })

  it('finds planted pairs among many texts', () => {
    const items = Array.from({ length: 300 }, (_, number) => textOf(`t${number}-`, 200)).flatMap(
      (text, number) => [signed(`${number}`, text), signed(`${number}'`, text.with(number % 200, 'other'))],
    )
    const clusters = nearDuplicateClusters(items, 0.85)
    expect(clusters.every(([one, other]) => `${one}'` === other)).toBe(true)
    expect(clusters.length).toBeGreaterThan(295)
  })
})

describe('nearDuplicates', () => {
  it('keeps the first, and drops nothing for its likeness to what was dropped', () => {
    const text = textOf('a')
    const near = edited(text, 60)
    const far = edited(near.with(1, 'q'), 47)
    expect(jaccard(text, near)).toBeGreaterThan(0.8)
    expect(jaccard(near, far)).toBeGreaterThan(0.75)
    expect(jaccard(text, far)).toBeLessThan(0.72)
    const found = nearDuplicates(
      [signed('1', text), signed('2', near), signed('3', far), signed('4', text)],
      0.75,
    )
    expect(found.map(({ id, of }) => [id, of])).toEqual([
      ['2', '1'],
      ['4', '1'],
    ])
    expect(found[1]?.similarity).toBe(1)
  })
})

describe('measureSignature', () => {
  const chat = {
    kind: 'chat',
    messages: [
      { role: 'system', content: 'long and shared' },
      { role: 'user', content: 'hello there' },
      {
        role: 'assistant',
        content: '',
        reasoning: 'hm',
        toolCalls: [{ id: 'c', name: 'ls', arguments: { path: 'a' } }],
      },
    ],
  } as unknown as Parameters<typeof measureSignature>[0]

  it('is made only where the config compares texts', () => {
    expect(measureSignature(chat, configOf())).toBeUndefined()
    expect(measureSignature(chat, configOf({ nearDuplicates: true }))).toBe(
      measureSignature(chat, configOf({}, { near: 0.9 })),
    )
  })

  it('keeps the kind and the signature, without the system prompt', () => {
    const { kind, signature } = parseMeasured(measureSignature(chat, configOf({}, { near: 0.9 })) ?? '')
    expect(kind).toBe('chat')
    expect(signature).toEqual(textSignature('hello there hm ls {"path":"a"}'))
  })
})
