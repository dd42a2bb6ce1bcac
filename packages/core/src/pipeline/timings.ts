/** Milliseconds spent by stage. */
export interface Timings {
  now(): number
  add(stage: string, since: number): void
  all(): Record<string, number>
}

export function createTimings(): Timings {
  const spent = new Map<string, number>()
  return {
    now: () => performance.now(),
    add: (stage, since) => {
      spent.set(stage, (spent.get(stage) ?? 0) + performance.now() - since)
    },
    all: () => Object.fromEntries([...spent].map(([stage, ms]) => [stage, Math.round(ms * 10) / 10])),
  }
}
