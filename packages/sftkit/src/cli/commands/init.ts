import { existsSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import {
  configFileNames,
  counted,
  type Inspection,
  inspectInput,
  isSftError,
  sftError,
  silentLogger,
} from '@sftkit/core'
import { callersDirectory, findEnvironment } from '../environment.ts'

/** `sft init`: an sft.config.ts for what is in the folder. Never overwrites. */
export async function initCommand(folder: string | undefined): Promise<void> {
  const cwd = callersDirectory()
  const target = resolve(cwd, folder ?? '.')
  if (!existsSync(target))
    throw sftError('SFT_USAGE', `There is no folder ${folder}.`, { fix: 'Make it first.' })
  const existing = configFileNames.find((name) => existsSync(join(target, name)))
  if (existing !== undefined) {
    throw sftError('SFT_USAGE', `${existing} is already there, and init never overwrites.`, {
      source: join(target, existing),
      fix: 'Edit it, or take it away first.',
    })
  }
  const inspection = await look(target)
  const file = join(target, 'sft.config.ts')
  writeFileSync(file, configText(inspection))
  const formats = formatCounts(inspection)
  const found =
    formats.length === 0
      ? 'No traces were found here: set `input` to where they are.'
      : `Found ${formats.join(', ')}.`
  process.stdout.write(`${found}\nWrote ${relative(cwd, file)}. Next: sft run\n`)
}

async function look(folder: string): Promise<Inspection> {
  try {
    const { installation, preset } = await findEnvironment(undefined)
    const environment = { config: { object: {} }, installation, ...(preset !== undefined && { preset }) }
    return await inspectInput(environment, { cwd: folder, input: ['.'], log: silentLogger })
  } catch (error) {
    if (isSftError(error) && error.code === 'SFT_INPUT_EMPTY')
      return { files: [], losses: [], ledger: [], unreadable: [], copies: [], earlier: [], hidden: [] }
    throw error
  }
}

function formatCounts({ files }: Inspection): string[] {
  const traces = new Map<string, number>()
  for (const { format, traces: number } of files)
    if (format !== undefined) traces.set(format, (traces.get(format) ?? 0) + number)
  return [...traces].map(([format, number]) => `${counted(number, 'trace')} of format ${format}`)
}

/** The folders (or files) directly below that hold traces. */
function inputsOf({ files }: Inspection): string[] {
  const tops = files.filter((file) => file.traces > 0).map((file) => file.uri.split('/')[1] ?? '')
  return [...new Set(tops)].filter((top) => top !== '').sort()
}

function configText(inspection: Inspection): string {
  const inputs = inputsOf(inspection)
  const ended = inspection.files.some((file) => file.traces > 0 && (file.missing.outcome ?? 0) < file.traces)
  const input = JSON.stringify(inputs.length === 0 ? ['traces'] : inputs)
    .replaceAll('"', "'")
    .replaceAll(',', ', ')
  const imports = ended ? 'all, defineConfig, not, outcome, tag' : 'defineConfig, not, tag'
  const keep = ended
    ? "all(outcome('completed', 'unknown'), not(tag('feedback:down')))"
    : "not(tag('feedback:down'))"
  return `import { ${imports} } from 'sftkit'

export default defineConfig({
  input: ${input},
  // Which traces become rows. The others are listed in rejected.jsonl, with the reason.
  keep: ${keep},
  format: ['messages'],
  split: { by: 'group', ratios: { train: 0.9, validation: 0.1 }, seed: 42 },
  output: { dir: 'sft-out' },
})
`
}
