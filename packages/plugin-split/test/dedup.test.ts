import type { PluginApi, SelectContext, SelectHandler } from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { dedup } from '../src/index.ts'
import { measureSignature } from '../src/near/measure.ts'
import { configOf, contextOf, type Entry, indexOf } from './fake-index.ts'

async function dropsOf(entries: readonly Entry[], options: Parameters<typeof configOf>[1]) {
  const handlers: SelectHandler[] = []
  const api = { measure: () => {}, select: (handler: SelectHandler) => handlers.push(handler) }
  dedup().setup(api as unknown as PluginApi)
  const index = indexOf(entries)
  const context = contextOf(configOf({}, options))
  const drops: string[][] = []
  const drop: SelectContext['drop'] = (id, reason, detail = '') => {
    index.drop(id, reason)
    drops.push([id, reason, detail])
  }
  for (const handler of handlers) await handler({ ...context, index, drop })
  return { drops, lines: context.lines }
}

const text = Array.from({ length: 300 }, (_, number) => `word${number}`)

function told(words: readonly string[], kind: 'text' | 'task' = 'text'): { measured: string } {
  const example = kind === 'text' ? { kind, text: words.join(' ') } : { kind, instruction: words.join(' ') }
  const near = configOf({}, { near: 0.5 })
  return { measured: measureSignature(example as Parameters<typeof measureSignature>[0], near) ?? '' }
}

describe('exact', () => {
  const entries: Entry[] = [
    { id: 'gone', fingerprint: 'f', dropped: 'filter' },
    { id: 'first', fingerprint: 'f' },
    { id: 'other', fingerprint: 'g' },
    { id: 'again', fingerprint: 'f' },
    { id: 'none' },
    { id: 'a-third', fingerprint: 'f' },
    { id: 'none-too' },
  ]

  it('keeps the first of equal rows and names it', async () => {
    expect(await dropsOf(entries, { exact: true })).toEqual({
      drops: [
        ['again', 'duplicate', 'first'],
        ['a-third', 'duplicate', 'first'],
      ],
      lines: [],
    })
  })

  it('only counts them where the config does not ask for it', async () => {
    const { drops, lines } = await dropsOf(entries, {})
    expect(drops).toEqual([])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('2 rows')
    expect((await dropsOf([{ id: 'a', fingerprint: 'f' }], {})).lines).toEqual([])
  })
})

describe('near', () => {
  const entries: Entry[] = [
    { id: 'first', fingerprint: 'f', ...told(text) },
    { id: 'near', fingerprint: 'g', ...told(text.with(150, 'changed')) },
    { id: 'same', fingerprint: 'f', ...told(text) },
    { id: 'task', fingerprint: 'h', ...told(text, 'task') },
    { id: 'stranger', fingerprint: 'i', ...told(text.map((word) => `${word}x`)) },
  ]

  it('keeps the first of similar rows of one kind', async () => {
    expect((await dropsOf(entries, { near: 0.85 })).drops).toEqual([
      ['near', 'near-duplicate', 'first'],
      ['same', 'near-duplicate', 'first'],
    ])
  })

  it('comes after exact', async () => {
    expect((await dropsOf(entries, { exact: true, near: 0.85 })).drops).toEqual([
      ['same', 'duplicate', 'first'],
      ['near', 'near-duplicate', 'first'],
    ])
  })
})
