import type { JsonRecord } from './recording.ts'
import { type Task, testCommand } from './task.ts'
import type { Finished, Workspace } from './workspace.ts'

const text = (description: string) => ({ type: 'string', description })

function define(name: string, description: string, properties: JsonRecord, required: readonly string[]) {
  return {
    type: 'function',
    function: { name, description, parameters: { type: 'object', properties, required } },
  }
}

/** The tools that the agent is told about, in the Chat Completions shape. */
export const toolDefinitions = [
  define('bash', 'Runs a shell command in the project folder.', { command: text('The command line.') }, [
    'command',
  ]),
  define('read_file', 'Returns the text of a file.', { path: text('Path below the project folder.') }, [
    'path',
  ]),
  define(
    'write_file',
    'Replaces the text of a file.',
    { path: text('Path below the project folder.'), content: text('The whole new text.') },
    ['path', 'content'],
  ),
  define('run_tests', 'Runs the tests of the project.', {}, []),
] as const

/** Offered only where the task needs it. */
export const jobDefinition = define(
  'hf_jobs',
  'Runs a Python script as a job and waits for it.',
  {
    operation: { type: 'string', enum: ['run'] },
    script: text('The text of the script.'),
    flavor: text('The hardware.'),
  },
  ['operation', 'script', 'flavor'],
)

export function toolsOf(task: Task) {
  return task.job === undefined ? toolDefinitions : [...toolDefinitions, jobDefinition]
}

/** What each tool costs on the scripted clock, in milliseconds. */
export const toolMilliseconds: Readonly<Record<string, number>> = {
  bash: 240,
  read_file: 30,
  write_file: 40,
  run_tests: 1450,
  hf_jobs: 95_000,
}

/** Really runs a tool. */
export async function runTool(
  task: Task,
  workspace: Workspace,
  name: string,
  input: JsonRecord,
): Promise<Finished> {
  switch (name) {
    case 'bash':
      return workspace.run(String(input.command))
    case 'read_file':
      return workspace.read(String(input.path))
    case 'write_file':
      return workspace.write(String(input.path), String(input.content))
    case 'run_tests':
      return workspace.run(testCommand(task))
    case 'hf_jobs':
      return workspace.run(task.job ?? 'false')
    default:
      return { output: `There is no tool ${name}`, ok: false }
  }
}
