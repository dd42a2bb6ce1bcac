import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { type DatasetRow, datasetRows, type Sequence, sequencesOf } from './dataset-rows.ts'
import { fitted } from './facts.ts'
import { isLearned } from './messages.ts'

/** A conversation as one sequence for each learned turn, all before it being given. */
export function turnsOf(sequence: Sequence): readonly Sequence[] {
  if (sequence.kind === 'text' || sequence.given !== undefined) return [sequence]
  const { messages } = sequence
  return messages.flatMap((message, at) =>
    at > 0 && isLearned(message) ? [{ ...sequence, messages: messages.slice(0, at + 1), given: at }] : [],
  )
}

/**
 * Writes rows of conversations as TRL's prompt-completion rows, one for each learned turn: what is trained where no
 * template with generation marks can be made. The context of a turn is repeated in each row after it.
 *
 * @returns the file's sha256 and how many rows it has
 */
export async function writeTurnRows(
  files: readonly string[],
  target: string,
  argumentsAs: 'object' | 'text',
): Promise<{ readonly sha256: string; readonly rows: number }> {
  const hash = createHash('sha256')
  const out = createWriteStream(target)
  let rows = 0
  for await (const row of datasetRows(files)) {
    for (const turn of turnsOfRow(row)) {
      if (turn.kind === 'text' || turn.given === undefined) continue
      const { messages } = fitted(turn, argumentsAs)
      const line = `${JSON.stringify({
        prompt: messages.slice(0, turn.given),
        completion: messages.slice(turn.given),
        tools: turn.tools,
        ...(Object.keys(turn.variables).length > 0 && { chat_template_kwargs: turn.variables }),
      })}\n`
      hash.update(line)
      if (!out.write(line)) await new Promise<void>((drained) => out.once('drain', drained))
      rows++
    }
  }
  out.end()
  await finished(out)
  return { sha256: hash.digest('hex'), rows }
}

function turnsOfRow(row: DatasetRow): readonly Sequence[] {
  return sequencesOf(row).flatMap(turnsOf)
}
