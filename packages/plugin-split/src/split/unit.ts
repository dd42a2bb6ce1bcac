/** What a plan puts into one split as a whole: a group, or several that are near-duplicates of each other. */
export interface Unit {
  /** The smallest of its keys: where the unit stands does not depend on the order of rows. */
  readonly key: string
  readonly keys: readonly string[]
  /** The tags, of the stratified namespace, of its first trace; sorted and joined. */
  readonly stratum: string
  /** Epoch milliseconds of its earliest trace; undefined where none says when it began. */
  readonly startedAt: number | undefined
}

/** Everything whose keys are in one cluster becomes one unit; all else is a unit by itself. */
export function mergeUnits(units: readonly Unit[], clusters: readonly (readonly string[])[]): Unit[] {
  const clusterOf = new Map(
    clusters.flatMap((cluster, number) => cluster.map((key) => [key, number] as const)),
  )
  const merged = new Map<number, Unit>()
  const alone: Unit[] = []
  for (const unit of units) {
    const cluster = clusterOf.get(unit.key)
    if (cluster === undefined) alone.push(unit)
    else merged.set(cluster, joined(merged.get(cluster), unit))
  }
  return [...merged.values(), ...alone]
}

function joined(one: Unit | undefined, other: Unit): Unit {
  if (one === undefined) return other
  const [first, second] = one.key < other.key ? [one, other] : [other, one]
  const times = [one.startedAt, other.startedAt].filter((time) => time !== undefined)
  return {
    key: first.key,
    keys: [...first.keys, ...second.keys],
    stratum: first.stratum,
    startedAt: times.length === 0 ? undefined : Math.min(...times),
  }
}
