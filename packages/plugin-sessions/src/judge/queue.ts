import { hash } from 'node:crypto'

/** A session that can be judged. */
export interface Candidate {
  /** What judgments name it by: a session's id in a database, a trace's id in files. */
  readonly key: string
  readonly project?: string
  readonly agent?: string
}

/** Which sessions are to be judged. */
export interface QueueOptions {
  readonly project?: string
  readonly agent?: string
  /** Only so many, chosen by chance; with the same seed always the same ones. */
  readonly sample?: number
  /** Default 0. */
  readonly seed?: number
}

/**
 * The places of the chosen candidates, in the order in which they are given. A sample is chosen by the hash of seed
 * and key, so that it keeps its members where others are added.
 */
export function queueOf(
  candidates: readonly Candidate[],
  { project, agent, sample, seed = 0 }: QueueOptions,
): number[] {
  const places = [...candidates.keys()].filter((place) => {
    const { project: ownProject, agent: ownAgent } = candidates[place] as Candidate
    return (project === undefined || ownProject === project) && (agent === undefined || ownAgent === agent)
  })
  if (sample === undefined || sample >= places.length) return places
  const ranked = places.map((place) => ({
    place,
    rank: hash('sha256', `${seed}\n${(candidates[place] as Candidate).key}`),
  }))
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked
    .slice(0, sample)
    .map(({ place }) => place)
    .sort((a, b) => a - b)
}
