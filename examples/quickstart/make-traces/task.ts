export interface Edit {
  /** Path below the project's root. */
  readonly path: string
  readonly find: string
  readonly replace: string
}

export interface Fix {
  /** What the agent says when it tries this. */
  readonly idea: string
  readonly edits: readonly Edit[]
}

/** A small project with a bug, and what the scripted agent may try on it. Its files are in `projects/<name>/repo`. */
export interface Task {
  readonly name: string
  readonly language: 'javascript' | 'python'
  /** The file with the bug. */
  readonly source: string
  readonly testFile: string
  /** The user's first message. */
  readonly request: string
  /** What is wrong, said after reading the source. */
  readonly diagnosis: string
  /** Plausible changes that leave at least one test failing. */
  readonly wrongFixes: readonly [Fix, Fix]
  /** The change that makes every test pass. */
  readonly fix: Fix
  /** A second request, once the first is done. */
  readonly followUp: { readonly request: string; readonly edits: readonly Edit[]; readonly answer: string }
  /** A command that the agent runs as a job, where the task asks for one. */
  readonly job?: string
}

/** The command that runs a project's tests. */
export function testCommand(task: Task): string {
  return task.language === 'javascript' ? 'node --test' : 'python3 -m unittest'
}
