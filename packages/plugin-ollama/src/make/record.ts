import { join } from 'node:path'
import { type Logger, type StageProgress, sftError, writeWhole } from '@sftkit/core'
import { GATE_ERRORS, type GateResult } from '../verify/gate.ts'

/** The gates of one model, in the order in which they ran; verify.json always has all of them. */
export interface VerificationRecord {
  readonly file: string
  readonly gates: readonly GateResult[]
  /** @throws the gate's error where it failed */
  add(result: GateResult): void
  /** Writes it down without throwing. */
  note(result: GateResult): void
  set(facts: Readonly<Record<string, unknown>>): void
}

const ORDER = ['weights', 'metadata', 'tokens', 'greedy', 'render', 'live'] as const

export function verificationRecord(
  out: string,
  log: Logger,
  report: (progress: StageProgress) => void,
): VerificationRecord {
  const file = join(out, 'verify.json')
  const gates: GateResult[] = []
  let facts: Readonly<Record<string, unknown>> = {}
  const write = (): void => {
    const failure = gates.find((gate) => gate.status === 'failed')
    const waiting = ORDER.filter((name) => !gates.some((gate) => gate.gate === name))
    const reason = failure ? `the gate before it failed: ${failure.gate}` : 'not reached'
    const all = [...gates, ...waiting.map((gate) => ({ gate, status: 'not-run' as const, detail: reason }))]
    const verified = failure === undefined && waiting.length === 0
    writeWhole(file, `${JSON.stringify({ verified, ...facts, gates: all }, undefined, 2)}\n`)
  }
  const note = (result: GateResult): void => {
    gates.push(result)
    report({ unit: 'checks', done: gates.length, total: ORDER.length })
    log.info(
      `verify ${result.gate}: ${result.status === 'not-run' ? 'not run' : result.status}, ${result.detail}`,
    )
    write()
  }
  return {
    file,
    gates,
    set: (more) => {
      facts = { ...facts, ...more }
      write()
    },
    note,
    add: (result) => {
      note(result)
      if (result.status === 'failed')
        throw sftError(GATE_ERRORS[result.gate], `${sentence(result.detail)} ${file} has both sides.`)
    },
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
