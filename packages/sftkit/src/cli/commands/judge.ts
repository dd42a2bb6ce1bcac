import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { relative, resolve } from 'node:path'
import { sftError } from '@sftkit/core'
import {
  type Candidate,
  type Judged,
  judgmentsFile,
  openJudgments,
  type QueueOptions,
  queueOf,
  readJudgments,
} from '@sftkit/plugin-sessions'
import { count } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { judgeAtTerminal } from '../judge/at-terminal.ts'
import { judgeFromLines } from '../judge/from-lines.ts'
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
    const keyOf = (place: number): string => (sessions.candidates[place] as Candidate).key
    const before = existsSync(file) ? readJudgments(file) : new Map<string, Judged>()
    const chosen = queueOf(sessions.candidates, selection)
    const queue = unjudged ? chosen.filter((place) => !before.has(keyOf(place))) : chosen
    if (list) {
      for (const place of queue)
        process.stdout.write(`${keyOf(place)}\t${before.get(keyOf(place))?.judgment ?? '-'}\n`)
      return false
    }
    const judgments = openJudgments(file)
    try {
      if (process.stdin.isTTY !== true) {
        const known = new Set(queue.map(keyOf))
        const kept = await judgeFromLines(process.stdin, (key) => known.has(key), judgments, by)
        process.stdout.write(`${count(kept)} judgments → ${shown}\n`)
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
