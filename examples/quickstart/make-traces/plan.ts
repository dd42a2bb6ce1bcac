import { type PersonaName, personas } from './personas.ts'
import { tasks } from './projects/index.ts'
import type { SessionPlan } from './session.ts'

/** The folder that a session's recording goes to; each has a format of its own. */
export type Target = 'sessions' | 'session_logs' | 'history' | 'openai' | 'sharegpt' | 'attempts'

export interface Assignment {
  readonly target: Target
  readonly plan: SessionPlan
}

/** Who works on the tasks, per format. The first name takes the first task, and so on around. */
const casts: readonly (readonly [Target, tasksInARow: number, readonly PersonaName[]])[] = [
  ['sessions', 6, ['direct', 'recovers', 'explores', 'givesUp', 'followsUp', 'recovers', 'explores']],
  ['sessions', 6, ['loops', 'overclaims', 'interrupted', 'loseConnection', 'recovers', 'direct', 'loops']],
  ['sessions', 6, ['recovers', 'direct', 'loseConnection', 'explores', 'givesUp', 'followsUp', 'explores']],
  ['session_logs', 5, ['followsUp', 'interrupted', 'direct', 'recovers', 'overclaims']],
  ['history', 6, ['direct', 'givesUp', 'recovers', 'followsUp', 'interrupted', 'explores']],
  ['openai', 6, ['recovers', 'direct', 'explores', 'followsUp', 'givesUp', 'direct']],
  ['sharegpt', 5, ['explores', 'followsUp', 'direct', 'overclaims', 'recovers']],
  ['attempts', 4, ['recovers', 'givesUp', 'direct', 'overclaims']],
  ['attempts', 4, ['direct', 'recovers', 'interrupted', 'explores']],
]

/** The personas work with two made-up models, a careful and a hasty one. */
const hasty: readonly PersonaName[] = ['overclaims', 'loops', 'interrupted']

export function assignments(): readonly Assignment[] {
  const attempts = new Map<string, number>()
  const start = Date.UTC(2026, 2, 2, 9, 0, 0)
  let count = 0
  return casts.flatMap(([target, inARow, cast]) =>
    tasks.slice(0, inARow).map((task, index) => {
      const persona = cast[index % cast.length]
      if (persona === undefined) throw new Error(`${target} has no cast`)
      const attempt = (attempts.get(`${target}/${task.name}`) ?? 0) + 1
      attempts.set(`${target}/${task.name}`, attempt)
      const startedAt = new Date(start + count++ * 97 * 60_000).toISOString()
      const model = hasty.includes(persona) ? 'scripted/hasty' : 'scripted/careful'
      return { target, plan: { task, persona, model, attempt, startedAt, act: personas[persona] } }
    }),
  )
}
