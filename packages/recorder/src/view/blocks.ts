import { appendFileSync, closeSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from '@sftkit/core'
import { indexFileOf } from '../format/folder.ts'
import { readLines } from '../format/lines.ts'
import type { StepRow } from '../format/rows.ts'
import { createSums, type StepSums } from './step-sums.ts'

/** A block of steps of a recording, with its place in the file: a line of the index. */
export interface StepBlock extends StepSums {
  /** Where its first step's line begins. */
  readonly offset: number
  /** Until the end of its last step's line. */
  readonly bytes: number
}

/** Steps in a block: a reader reads so many lines at most to find one step. */
export const BLOCK_STEPS = 256

/** Writes the index of a recording while it grows, a line for each full block. */
export interface BlockWriter {
  /** @param offset where the step's line begins; `end`: where it ends */
  add(step: StepRow, offset: number, end: number): void
}

/**
 * The index is a view: it is not flushed, a reader that finds none or a wrong one reads the recording instead, and an
 * index that cannot be written is no reason to stop recording.
 */
export function createBlockWriter(recording: string): BlockWriter {
  const file = indexFileOf(recording)
  const sums = createSums()
  let from = 0
  let given = false
  return {
    add(step, offset, end) {
      if (sums.steps === 0) from = offset
      sums.add(step)
      if (sums.steps < BLOCK_STEPS) return
      const block: StepBlock = { ...(sums.take() as StepSums), offset: from, bytes: end - from }
      if (given) return
      try {
        appendLine(file, JSON.stringify(block))
      } catch {
        given = true
      }
    },
  }
}

function appendLine(file: string, line: string): void {
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 })
  } catch {
    makeFolders(dirname(file))
    appendFileSync(file, `${line}\n`, { mode: 0o600 })
  }
}

/**
 * The blocks that a recording's index has, as far as they follow each other without a gap within the file; empty where
 * there is none, or one that is not of this recording.
 *
 * @param from where the recording's first step begins
 * @param size the recording's bytes
 */
export function readBlocks(recording: string, from: number, size: number): StepBlock[] {
  const blocks = followingBlocks(recording, from, size)
  const last = blocks.at(-1)
  return last !== undefined && endsLine(recording, last.offset + last.bytes) ? blocks : []
}

/** Whether a line ends before this place. */
function endsLine(recording: string, place: number): boolean {
  const file = openSync(recording, 'r')
  try {
    const byte = Buffer.alloc(1)
    readSync(file, byte, 0, 1, place - 1)
    return byte[0] === 10
  } finally {
    closeSync(file)
  }
}

function followingBlocks(recording: string, from: number, size: number): StepBlock[] {
  const blocks: StepBlock[] = []
  try {
    for (const { value } of readLines(indexFileOf(recording))) {
      const block = value as unknown as StepBlock
      const before = blocks.at(-1)
      const follows = block.offset === (before === undefined ? from : before.offset + before.bytes)
      if (!follows || block.steps !== BLOCK_STEPS || !(block.offset + block.bytes <= size)) break
      blocks.push(block)
    }
  } catch {
    return blocks
  }
  return blocks
}
