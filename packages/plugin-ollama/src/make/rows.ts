import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DatasetReference } from '@sftkit/core'
import { z } from 'zod'
import type { ChatMessage, Probe } from '../verify/probes.ts'

const rowSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string() })),
  tools: z.array(z.unknown()).optional(),
})

/** The chats of a dataset that are tried, up to each one's last answer; of the validation split where there is one. */
export async function rowsOf(
  out: string,
  datasets: readonly DatasetReference[],
  count: number,
): Promise<Probe[]> {
  const splits = datasets.find((dataset) => dataset.format === 'messages')?.splits ?? {}
  const files = [...(splits.validation ?? []), ...(splits.train ?? [])].map(({ path }) => join(out, path))
  const probes: Probe[] = []
  for (const file of files) {
    if (!file.endsWith('.jsonl') || !existsSync(file)) continue
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (probes.length >= count) return probes
      const row = rowSchema.safeParse(JSON.parse(line)).data
      const probe = row && probeOf(row as Row, probes.length)
      if (probe) probes.push(probe)
    }
  }
  return probes
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
