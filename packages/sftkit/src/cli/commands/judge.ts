import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { relative, resolve } from 'node:path'
import { counted, sftError } from '@sftkit/core'
import {
  type Judged,
  judgmentsFile,
  openJudgments,
  type QueueOptions,
  queueOf,
  readJudgments,
  type StoredCandidate,
} from '@sftkit/plugin-sessions'
import { count } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { judgeAtTerminal } from '../judge/at-terminal.ts'
import { judgeFromLines, NOT_YET } from '../judge/from-lines.ts'
import { sessionsOf } from '../judge/open-sessions.ts'

interface JudgeFlags extends QueueOptions {
  readonly judgments?: string
  readonly unjudged?: boolean
  readonly by?: string
  readonly list?: boolean
  readonly config?: string
}

/** `sft judge`: shows sessions one by one and keeps what somebody says of them. @returns whether it was interrupted */
export async function judgeCommand(inputs: readonly string[], flags: object): Promise<boolean> {
  const { judgments: named, unjudged = false, list = false, config, ...options } = flags as JudgeFlags
  const { by = userName(), ...selection } = options
  const cwd = callersDirectory()
  const file = named === undefined ? judgmentsFile(inputs, cwd) : resolve(cwd, named)
  const shown = relative(cwd, file)
  const sessions = await sessionsOf(inputs, { cwd, config })
  try {
    const keyOf = (place: number): string => (sessions.candidates[place] as StoredCandidate).key
    const before = existsSync(file) ? readJudgments(file) : new Map<string, Judged>()
    const saidOf = (place: number) =>
      before.get(keyOf(place))?.judgment ?? sessions.candidates[place]?.judgment
    const queue = chosen(sessions.candidates, selection).filter(
      (place) => !unjudged || saidOf(place) === undefined,
    )
    if (list) {
      for (const place of queue) process.stdout.write(`${keyOf(place)}\t${saidOf(place) ?? NOT_YET}\n`)
      return false
    }
    const judgments = openJudgments(file)
    try {
      if (process.stdin.isTTY !== true) {
        const known = new Set(queue.map(keyOf))
        const kept = await judgeFromLines(process.stdin, (key) => known.has(key), judgments, by)
        process.stdout.write(`${counted(kept, 'judgment')} → ${shown}\n`)
        return false
      }
      if (process.stdout.isTTY !== true)
        throw sftError('SFT_USAGE', 'Sessions are shown on a terminal, and the output goes elsewhere.')
      if (queue.length === 0) {
        process.stdout.write('Nothing is left to judge.\n')
        return false
      }
      const interrupted = await judgeAtTerminal(sessions, queue, judgments, by)
      process.stdout.write(`${summary(queue.map(keyOf), judgments.all())} → ${shown}\n`)
      return interrupted
    } finally {
      judgments.close()
    }
  } finally {
    sessions.close()
  }
}

/** @throws SFT_USAGE where no session says what is asked for: it is then no choice */
function chosen(candidates: readonly StoredCandidate[], selection: QueueOptions): readonly number[] {
  for (const name of ['project', 'agent'] as const) {
    if (selection[name] === undefined || candidates.some((candidate) => candidate[name] !== undefined))
      continue
    throw sftError('SFT_USAGE', `None of the sessions says its ${name}: leave --${name} out.`)
  }
  return queueOf(candidates, selection)
}

function summary(
  keys: readonly string[],
  judged: ReturnType<ReturnType<typeof openJudgments>['all']>,
): string {
  const said = keys.flatMap((key) => judged.get(key)?.judgment ?? [])
  const acceptable = said.filter((judgment) => judgment === 'acceptable').length
  return `${count(said.length)} of ${count(keys.length)} judged: ${count(acceptable)} acceptable, ${count(said.length - acceptable)} unacceptable`
}

/** A user without an entry in the system's list has no name. */
function userName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
