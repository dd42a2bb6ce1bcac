/** A clock that only moves when the script says so, so that every run of it writes the same times. */
export interface Clock {
  /** ISO time, UTC, with milliseconds. */
  now(): string
  advance(milliseconds: number): void
}

export function createClock(start: string): Clock {
  let time = Date.parse(start)
  return {
    now: () => new Date(time).toISOString(),
    advance: (milliseconds) => {
      time += milliseconds
    },
  }
}
