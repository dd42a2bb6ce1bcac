/** What the agent reads off a test run. */
export interface TestReport {
  readonly total: number
  readonly failing: readonly string[]
}

/** Understands the spec reporter of `node --test` and the summary of `python3 -m unittest`. */
export function readTestReport(output: string): TestReport {
  const node = /^ℹ tests (\d+)$/m.exec(output)
  const summary = output.split('failing tests:')[0] ?? ''
  const names =
    node === null
      ? [...output.matchAll(/^(?:FAIL|ERROR): (\w+)/gm)].map((match) =>
          (match[1] ?? '').replace(/^test_/, '').replaceAll('_', ' '),
        )
      : [...summary.matchAll(/^✖ (.+) \(\d+ms\)$/gm)].map((match) => match[1] ?? '')
  const total = Number((node ?? /^Ran (\d+) tests?/m.exec(output))?.[1] ?? 0)
  return { total, failing: [...new Set(names)] }
}

/** "2 of 4 tests fail: a, b". */
export function describeReport({ total, failing }: TestReport): string {
  if (failing.length === 0) return `All ${total} tests pass.`
  return `${failing.length} of ${total} tests ${failing.length === 1 ? 'fails' : 'fail'}: ${failing.map((name) => `"${name}"`).join(', ')}.`
}
