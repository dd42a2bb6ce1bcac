import { describe, expect, it } from 'vitest'
import { bytes, progressText, withExpected } from '../src/cli/display.ts'

const llm = {
  asked: 13,
  done: 7,
  cached: 0,
  failed: 0,
  inFlight: 6,
  requestsPerMinute: 7,
  tokensPerMinute: 70,
}
const event = {
  stage: 'read',
  bytesDone: 953,
  bytesTotal: 4000,
  traces: 3,
  examples: 0,
  dropped: 0,
  unreadable: 0,
  seconds: 0.9997,
  llm,
}

describe('the line of progress', () => {
  it('has whole bytes', () => {
    expect(bytes(953.26)).toBe('953 B')
    expect(bytes(9532.6)).toBe('9.5 kB')
    expect(progressText(event)).toMatch(/ · 953 B\/s · /)
  })

  it('shows questions against all that were counted before, and never against fewer than were asked', () => {
    expect(progressText(event)).toContain('questions 7/13')
    expect(progressText(withExpected(event, 40))).toContain('questions 7/40')
    expect(progressText(withExpected(event, 5))).toContain('questions 7/13')
    const { llm: _, ...silent } = event
    expect(withExpected(silent, 40)).toBe(silent)
  })
})
