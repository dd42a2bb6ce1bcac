import type { Action, StepResult } from 'sftkit'

/** An action, and what the agent says beside it. */
export interface Move {
  readonly says: string
  readonly action: Action
}

/**
 * A scripted agent: it looks at the files, tries its repairs one after the other, and stops when the tests pass. A real
 * agent would ask a model here.
 */
export function* agent(
  repairs: readonly { readonly path: string; readonly content: string }[],
): Generator<Move, void, StepResult> {
  const { observation } = yield { says: 'First I look around.', action: { type: 'list_files' } }
  const { files } = observation as { readonly files: readonly string[] }
  for (const path of files) yield { says: `What is in ${path}?`, action: { type: 'read_file', path } }
  yield { says: 'What fails?', action: { type: 'run_tests' } }
  for (const { path, content } of repairs) {
    yield { says: `I write ${path}.`, action: { type: 'write_file', path, content } }
    const { done } = yield { says: 'Does it hold?', action: { type: 'run_tests' } }
    if (done) return
  }
}

const halfMedian = `// The middle of a list of numbers.
function median(numbers) {
  const sorted = [...numbers].sort()
  const middle = sorted.length / 2
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}
`

/** What the agent tries at each task, by the variant of the agent. */
export const attempts: Readonly<
  Record<string, Readonly<Record<string, readonly { readonly path: string; readonly content: string }[]>>>
> = {
  median: {
    hasty: [{ path: 'stats.js', content: halfMedian }],
    careful: [
      { path: 'stats.js', content: halfMedian },
      { path: 'stats.js', content: halfMedian.replace('.sort()', '.sort((a, b) => a - b)') },
    ],
  },
  slug: {
    hasty: [{ path: 'text.js', content: 'function slug(title) {\n  return title.toLowerCase()\n}\n' }],
    careful: [
      {
        path: 'text.js',
        content: `function slug(title) {
  const plain = title.normalize('NFD').replace(/[\\u0300-\\u036f]/g, '').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}
`,
      },
    ],
  },
}
