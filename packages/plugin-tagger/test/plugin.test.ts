import {
  isSftError,
  type Plugin,
  type PluginApi,
  type Tag,
  type TagHandler,
  type Trace,
  tag,
} from '@sftkit/core'
import { describe, expect, it } from 'vitest'
import { tagger } from '../src/index.ts'

declare module '@sftkit/core' {
  interface TagNamespaces {
    review: 'accepted' | 'rejected'
  }
}

const trace: Trace = {
  id: 't',
  source: { uri: 'a.jsonl', format: 'test', hash: '' },
  session: 't',
  group: { key: 't' },
  messages: [],
  events: [{ type: 'turn_complete', data: {} }],
  outcome: { status: 'completed' },
  tags: [],
  parents: [],
  metadata: {},
}

/** What the tag handlers of plugins add to one trace. */
async function tagsOf(...plugins: readonly Plugin[]): Promise<Tag[]> {
  const handlers: TagHandler[] = []
  const api = { tag: (handler: TagHandler) => handlers.push(handler) } as unknown as PluginApi
  for (const plugin of plugins) plugin.setup(api)
  const added: Tag[] = []
  const context = { tag: (_trace: Trace, ...tags: Tag[]) => added.push(...tags) }
  for (const handler of handlers) await handler([trace], context as unknown as Parameters<TagHandler>[1])
  return added
}

/** A team's own namespace beside the tagger's. */
const reviewer: Plugin = {
  name: 'reviewer',
  version: '1.0.0',
  setup(api) {
    api.tag((traces, context) => {
      for (const one of traces) context.tag(one, 'review:accepted')
    })
  },
}

describe('tagger', () => {
  it('tags each trace of a batch by the chosen rules', async () => {
    expect(await tagsOf(tagger())).toContain('cost:low')
    expect(await tagsOf(tagger({ rules: 'precise' }))).toContain('cost:unknown')
  })

  it('stands beside a plugin with a namespace of its own', async () => {
    expect(await tagsOf(tagger(), reviewer)).toEqual(
      expect.arrayContaining(['outcome:completed', 'review:accepted']),
    )
  })

  it('refuses options that it does not know', () => {
    // @ts-expect-error rules has two values
    const wrong = () => tagger({ rules: 'mlintern' })
    expect(wrong).toThrow(
      expect.toSatisfy((error) => isSftError(error) && error.code === 'SFT_PLUGIN_OPTIONS'),
    )
  })
})

describe('conditions', () => {
  it('know the namespaces and their values', () => {
    const condition = tag('outcome:completed')
    expect(condition.test({ ...trace, tags: ['outcome:completed'] }, { tokens: () => 0 })).toBe(true)
    tag('tool:anything at all')
    tag('gpu:*')
    tag('review:rejected')
    // @ts-expect-error a value with a typo
    tag('outcome:compleded')
    // @ts-expect-error a value of another namespace
    tag('gpu:completed')
    // @ts-expect-error a namespace nobody declared
    tag('outcomes:*')
    // @ts-expect-error a value with a typo, in a namespace of one's own
    tag('review:acepted')
  })
})
