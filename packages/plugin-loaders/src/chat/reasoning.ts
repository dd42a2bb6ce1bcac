import { isJsonObject, type LossRecorder } from '@sftkit/core'
import { recordUnknownKeys } from '../losses.ts'
import { describeType, readText } from '../values.ts'

const BLOCK_KEYS = new Set(['type', 'thinking', 'text', 'signature', 'data'])

/** The joined text of `thinking_blocks`. Signatures and encrypted blocks are dropped. */
export function readThinkingBlocks(value: unknown, path: string, losses: LossRecorder): string | undefined {
  if (!Array.isArray(value)) {
    losses.loss(path, 'dropped', `no list: ${describeType(value)}`)
    return undefined
  }
  const texts: string[] = []
  for (const block of value as readonly unknown[]) {
    if (!isJsonObject(block)) {
      losses.loss(`${path}[]`, 'dropped', describeType(block))
      continue
    }
    const text = readText(block.thinking) ?? readText(block.text)
    if (text !== undefined) texts.push(text)
    if (block.signature != null) losses.loss(`${path}[].signature`, 'dropped')
    if (block.data != null) losses.loss(`${path}[].data`, 'dropped', 'encrypted thinking')
    recordUnknownKeys(block, BLOCK_KEYS, `${path}[].`, losses)
  }
  return texts.length === 0 ? undefined : texts.join('\n')
}

/** One source's spelling of a message's thinking. */
export interface ReasoningSource {
  readonly path: string
  readonly text: string
}

/** The first spelling; others that say the same repeat it, and others that do not are dropped. */
export function chooseReasoning(
  sources: readonly ReasoningSource[],
  losses: LossRecorder,
): string | undefined {
  const [first, ...others] = sources
  for (const other of others) {
    if (other.text !== first?.text) losses.loss(other.path, 'dropped', `differs from ${first?.path}`)
  }
  return first?.text
}
