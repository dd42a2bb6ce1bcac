import { createInterface } from 'node:readline/promises'
import { counted, type LlmProjection } from '@sftkit/core'
import { count, type Display, dollars, duration } from './display.ts'

interface Asked {
  readonly display: Display
  readonly json: boolean
  /** Whether the answer is given already. */
  readonly yes: boolean
  readonly signal: AbortSignal
}

/**
 * Says what the questions to models will take. A person on a terminal is asked where it is much; where nobody can
 * answer, saying it is all.
 */
export async function agree(
  projection: LlmProjection,
  { display, json, yes, signal }: Asked,
): Promise<boolean> {
  if (json) process.stdout.write(`${JSON.stringify({ type: 'projection', ...projection })}\n`)
  display.expect(projection.questions + projection.answered)
  const text = projectionText(projection)
  const someone =
    process.stdin.isTTY === true && process.stderr.isTTY === true && process.env.CI === undefined
  if (!projection.large || yes || json || !someone) {
    display.log.info(text)
    return true
  }
  return display.quietly(() => isYes(`${text}. Go on? [y/N] `, signal))
}

async function isYes(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const asked = terminal.question(question, { signal })
    // Ctrl-C and Ctrl-D come to the interface, not to the process.
    const left = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    return /^y(es)?$/i.test((await Promise.race([asked, left])).trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}

/** `10,000 questions, about 62 M tokens, $9.40 to $12.10, at least 20 min at 500 requests/min`. */
export function projectionText(projection: LlmProjection): string {
  const { questions, answered, tokens, usd, pricesSeen, seconds, requestLimit, tokenLimit, sampled } =
    projection
  const limits = [
    requestLimit !== undefined && `${counted(requestLimit, 'request')}/min`,
    tokenLimit !== undefined && `${counted(tokenLimit, 'token')}/min`,
  ]
  const parts = [
    `${sampled ? 'about ' : ''}${counted(questions, 'question')}`,
    answered > 0 && `${count(answered)} more answered before`,
    `about ${amount(tokens)} tokens`,
    usd !== undefined && `${dollars(usd.least)} to ${dollars(usd.most)}`,
    pricesSeen !== undefined && `prices as published, seen ${pricesSeen}`,
    seconds !== undefined && `at least ${about(seconds)} at ${limits.filter(Boolean).join(' and ')}`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** Nobody needs the seconds of an hour. */
function about(seconds: number): string {
  return seconds < 120 ? duration(seconds) : duration(60 * Math.round(seconds / 60)).replace(' 0 s', '')
}

function amount(tokens: number): string {
  if (tokens < 10_000) return count(Math.round(tokens))
  return tokens < 1e6 ? `${Math.round(tokens / 1000)} k` : `${(tokens / 1e6).toFixed(tokens < 1e7 ? 1 : 0)} M`
}
