import { statSync } from 'node:fs'
import { errorText, sftError } from '@sftkit/core'
import { restoreContents } from '../format/contents.ts'
import { contentsFolderOf } from '../format/folder.ts'
import { type DamagedPart, readLines } from '../format/lines.ts'
import { isEpisodeRow, readEndRow, readEpisodeRow, readResetRow, readStepRow } from '../format/read-row.ts'
import {
  type EndRow,
  EPISODE_VERSION,
  type EpisodeRow,
  type RecordingRow,
  type ResetRow,
  type StepRow,
} from '../format/rows.ts'
import { createContentReader } from '../store/content-store.ts'
import { readBlocks, type StepBlock } from './blocks.ts'
import { createSums, type StepSums } from './step-sums.ts'

/** A recording as it was when it was opened. Its steps are read from the file each time they are asked for. */
export interface Recording {
  readonly file: string
  readonly episode: EpisodeRow
  /** What the agent saw before its first step, where that was recorded. */
  readonly reset?: ResetRow
  /** Absent: the episode was not ended. */
  readonly end?: EndRow
  /** All steps in sums; absent where there is none. */
  readonly sums?: StepSums
  /** Sums over blocks of steps, as far as the index has them. */
  readonly blocks: readonly StepBlock[]
  /** Texts of the rows above that the content store does not have (`episode/task`); they are then empty. */
  readonly missing: readonly string[]
  /** The step that was being written when the program was killed, and other parts that are no rows. */
  readonly damaged: readonly DamagedPart[]
  /**
   * The steps in their order, with their texts.
   *
   * @throws SFT_RECORD_UNREADABLE for a text that the content store does not have, where `missing` is not there to hear it
   */
  steps(range?: StepRange): Generator<StepRow, void>
}

export interface StepRange {
  /** The first step by its place, from 1 on. */
  readonly from?: number
  readonly to?: number
  /** False: the texts of the content store are left out, and stay empty. */
  readonly texts?: false
  /** Hears of texts that the content store does not have; they are then empty. */
  readonly missing?: (step: StepRow, pointers: readonly string[]) => void
}

/**
 * Opens a recording: reads its first rows, its index, and what the index does not have yet.
 *
 * @throws SFT_RECORD_UNREADABLE where the file cannot be read, is none, or is of a later version
 */
export function openRecording(file: string): Recording {
  const size = sizeOf(file)
  const read = createContentReader(contentsFolderOf(file))
  const missing: string[] = []
  const whole = <Row extends RecordingRow>(row: Row): Row => {
    const restored = restoreContents(row, read)
    missing.push(...restored.missing.map((pointer) => row.type + pointer))
    return restored.row as Row
  }
  let first: EpisodeRow | undefined
  let reset: ResetRow | undefined
  let from = 0
  for (const { value, offset, bytes } of readLines(file)) {
    if (first === undefined) {
      if (!isEpisodeRow(value)) break
      first = whole(readEpisodeRow(value))
    } else if (value.type === 'reset') reset = whole(readResetRow(value))
    else break
    from = offset + bytes
  }
  if (first === undefined) throw unreadable(file, 'it does not begin with the row of an episode')
  if (first.version > EPISODE_VERSION)
    throw unreadable(file, `a later version of sftkit wrote it (version ${first.version} of the format)`)

  const blocks = readBlocks(file, from, size)
  const indexed = blocks.at(-1)
  if (indexed !== undefined) from = indexed.offset + indexed.bytes
  const sums = createSums()
  for (const block of blocks) sums.merge(block)
  const damaged: DamagedPart[] = []
  let end: EndRow | undefined
  for (const { value } of readLines(file, { from, damaged: (part) => damaged.push(part) })) {
    if (value.type === 'end') end = whole(readEndRow(value))
    else if (value.type === 'step') {
      const step = readStepRow(value)
      if (step !== undefined) sums.add(step)
    }
  }
  const total = sums.take()

  return {
    file,
    episode: first,
    ...(reset !== undefined && { reset }),
    ...(end !== undefined && { end }),
    ...(total !== undefined && { sums: total }),
    blocks,
    missing,
    damaged,
    *steps({ from: firstStep = 1, to = Number.POSITIVE_INFINITY, texts, missing: hear } = {}) {
      const { offset, place } = placeBefore(blocks, firstStep)
      let number = place
      for (const { value } of readLines(file, { from: offset })) {
        if (number >= to) return
        const row = value.type === 'step' ? readStepRow(value) : undefined
        if (row === undefined) continue
        number++
        if (number < firstStep) continue
        if (texts === false) {
          yield row
          continue
        }
        const restored = restoreContents(row, read)
        if (restored.missing.length > 0) {
          if (hear === undefined) throw lacks(file, `step ${row.step_number}`, restored.missing)
          hear(restored.row, restored.missing)
        }
        yield restored.row
      }
    },
  }
}

/** Where to begin reading for a step: at its block, where the index has it. */
function placeBefore(blocks: readonly StepBlock[], step: number): { offset: number; place: number } {
  let place = 0
  for (const block of blocks) {
    if (place + block.steps >= step) return { offset: block.offset, place }
    place += block.steps
  }
  const last = blocks.at(-1)
  return last === undefined ? { offset: 0, place: 0 } : { offset: last.offset + last.bytes, place }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch (error) {
    throw unreadable(file, errorText(error), error)
  }
}

/** The error for texts that a content store does not have, or not as they were. */
export function lacks(file: string, what: string, pointers: readonly string[]): Error {
  return sftError(
    'SFT_RECORD_UNREADABLE',
    `${file}: the content store beside it does not have ${pointers.join(', ')} of ${what}.`,
  )
}

function unreadable(file: string, why: string, cause?: unknown): Error {
  return sftError('SFT_RECORD_UNREADABLE', `${file} is no recording that can be read: ${why}.`, { cause })
}
