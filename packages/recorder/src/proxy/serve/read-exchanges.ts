import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorText, isJsonObject, sftError } from '@sftkit/core'
import { EXCHANGE, type Exchange } from '../exchange.ts'
import { linesOf } from './lines.ts'

/**
 * The exchanges of a recording, or of all recordings in a folder, in the order in which they began. What is no
 * exchange, and a last line that was cut off, is left out; so is what was never answered by an upstream to its end,
 * where that was the proxy's doing.
 *
 * @throws SFT_REPLAY_UNREADABLE where there is none
 */
export async function readExchanges(path: string): Promise<Exchange[]> {
  const found: Exchange[] = []
  try {
    for (const file of filesOf(path)) {
      for await (const line of linesOf(file)) {
        const exchange = readExchange(line)
        if (exchange !== undefined) found.push(exchange)
      }
    }
  } catch (error) {
    throw sftError('SFT_REPLAY_UNREADABLE', `${path} could not be read: ${errorText(error)}.`, {
      cause: error,
    })
  }
  if (found.length === 0)
    throw sftError('SFT_REPLAY_UNREADABLE', `${path} holds no answers that a proxy recorded.`)
  return found.sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : 0))
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.jsonl(?:\.(?:gz|zst))?$/.test(name) && !name.endsWith('.open.jsonl'))
    .sort()
    .map((name) => join(path, name))
}

function readExchange(line: string): Exchange | undefined {
  if (!line.startsWith(`{"format":"${EXCHANGE}"`)) return undefined
  try {
    const value: unknown = JSON.parse(line)
    const usable =
      isJsonObject(value) &&
      isJsonObject(value.request) &&
      isJsonObject(value.answer) &&
      value.end !== 'stopped'
    return usable ? (value as unknown as Exchange) : undefined
  } catch {
    return undefined
  }
}
