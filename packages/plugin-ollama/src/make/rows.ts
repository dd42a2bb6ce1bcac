import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type DatasetReference, sftError } from '@sftkit/core'
import { z } from 'zod'
import type { ChatMessage, Probe } from '../verify/probes.ts'

const rowSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string() })),
  tools: z.array(z.unknown()).optional(),
})

/** The files of a run's chats, those of the validation split first. */
export function chatFiles(out: string, datasets: readonly DatasetReference[]): string[] {
  const splits = datasets.find((dataset) => dataset.format === 'messages')?.splits ?? {}
  return [...(splits.validation ?? []), ...(splits.train ?? [])].map(({ path }) => join(out, path))
}

/**
 * The first chats of JSON-lines files, each up to its last answer; they are what is tried.
 *
 * @throws SFT_INPUT_EMPTY where one of them is not there, SFT_ROW_JSON
 */
export async function chatsOf(files: readonly string[], count = 8): Promise<Probe[]> {
  const probes: Probe[] = []
  for (const file of files) {
    if (file.endsWith('.parquet')) continue
    if (!existsSync(file))
      throw sftError('SFT_INPUT_EMPTY', `There is no file ${file}, whose chats were to be verified with.`)
    let at = 0
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (probes.length >= count) return probes
      at++
      const row = line.trim() === '' ? undefined : rowSchema.safeParse(parsed(line, file, at)).data
      const probe = row && probeOf(row as Row, probes.length)
      if (probe) probes.push(probe)
    }
  }
  return probes
}

function parsed(line: string, file: string, at: number): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw sftError('SFT_ROW_JSON', `Line ${at} of ${file} is no JSON.`, { source: file, line: at, cause })
  }
}

interface Row {
  readonly messages: readonly ChatMessage[]
  readonly tools?: readonly unknown[]
}

function probeOf({ messages, tools }: Row, at: number): Probe | undefined {
  const last = messages.findLastIndex((message) => message.role === 'assistant')
  const answer = messages[last]
  if (last < 1 || answer === undefined) return undefined
  return {
    name: `row ${at + 1} of the dataset`,
    messages: messages.slice(0, last),
    answer,
    ...(tools !== undefined && tools.length > 0 && { tools }),
  }
}
