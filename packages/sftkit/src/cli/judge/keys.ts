import type { Judged } from '@sftkit/plugin-sessions'

/** What a key press asks for; `text` is what it types where a note is typed. */
export type Action = { readonly text?: string } & (
  | { readonly type: 'judge'; readonly judgment: Judged['judgment'] }
  | { readonly type: 'scroll'; readonly by: number | 'page' | '-page' | 'start' | 'end' }
  | {
      readonly type:
        | 'skip'
        | 'back'
        | 'note'
        | 'full'
        | 'quit'
        | 'interrupt'
        | 'cancel'
        | 'enter'
        | 'erase'
        | 'redraw'
        | 'none'
    }
)

/** A key as node:readline tells it. */
export interface Key {
  readonly name?: string | undefined
  readonly sequence?: string | undefined
  readonly ctrl?: boolean | undefined
  readonly meta?: boolean | undefined
}

const BY_NAME: Readonly<Record<string, Action>> = {
  a: { type: 'judge', judgment: 'acceptable' },
  u: { type: 'judge', judgment: 'unacceptable' },
  s: { type: 'skip' },
  right: { type: 'skip' },
  b: { type: 'back' },
  left: { type: 'back' },
  n: { type: 'note' },
  f: { type: 'full' },
  q: { type: 'quit' },
  up: { type: 'scroll', by: -1 },
  k: { type: 'scroll', by: -1 },
  down: { type: 'scroll', by: 1 },
  j: { type: 'scroll', by: 1 },
  pageup: { type: 'scroll', by: '-page' },
  pagedown: { type: 'scroll', by: 'page' },
  space: { type: 'scroll', by: 'page' },
  home: { type: 'scroll', by: 'start' },
  g: { type: 'scroll', by: 'start' },
  end: { type: 'scroll', by: 'end' },
  escape: { type: 'cancel' },
  return: { type: 'enter' },
  enter: { type: 'enter' },
  backspace: { type: 'erase' },
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is not typed.
const CONTROL = /[\x00-\x1f\x7f-\x9f]/

export function actionOf(text: string | undefined, { name, sequence, ctrl, meta }: Key): Action {
  if (ctrl === true) {
    if (name === 'c') return { type: 'interrupt' }
    return { type: name === 'l' ? 'redraw' : 'none' }
  }
  if (sequence === 'G') return { type: 'scroll', by: 'end', text: 'G' }
  const typed = text === undefined || meta === true || CONTROL.test(text) ? {} : { text }
  const known = name === undefined || meta === true ? undefined : BY_NAME[name]
  return name === 'escape' ? { type: 'cancel' } : { type: 'none', ...known, ...typed }
}
