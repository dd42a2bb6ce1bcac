const described: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'bash',
    'Runs a shell command in the sandbox and returns what it prints. The command may run for ten minutes.',
    ['command', 'timeout'],
  ],
  ['read', 'Returns the lines of a file with their numbers, from an offset on.', ['path', 'offset', 'limit']],
  ['write', 'Creates a file or replaces its text.', ['path', 'content']],
  ['edit', 'Replaces one exact piece of text in a file; the piece must occur once.', ['path', 'old', 'new']],
  [
    'hf_jobs',
    'Submits a script to the job service, lists jobs and reads their logs.',
    ['operation', 'script', 'flavor', 'timeout', 'job_id'],
  ],
  [
    'sandbox_create',
    'Starts a machine with the given hardware for this session.',
    ['hardware', 'sleep_time'],
  ],
  [
    'hf_inspect_dataset',
    'Shows the splits, columns and first rows of a dataset.',
    ['dataset', 'split', 'rows'],
  ],
  ['hf_papers', 'Searches papers and returns their titles and abstracts.', ['operation', 'query']],
  ['github_read_file', 'Returns a file of a public repository.', ['repo', 'path', 'ref']],
  ['plan', 'Writes down the steps of the work and which of them are done.', ['todos']],
]

/** The definitions most sessions had; a few were recorded before the last two existed. */
export const toolDefinitions = described.map(([name, description, parameters]) => ({
  type: 'function',
  function: {
    name,
    description: `${description} Use it where it is the shortest way to the answer, and say what you expect from it before you call it.`,
    parameters: {
      type: 'object',
      properties: Object.fromEntries(
        parameters.map((key) => [key, { type: 'string', description: `The ${key} of the call.` }]),
      ),
      required: parameters.slice(0, 1),
    },
  },
}))
