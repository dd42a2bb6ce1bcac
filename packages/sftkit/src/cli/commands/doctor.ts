import { accessSync, constants, statfsSync } from 'node:fs'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { configFileNames, describePlugins, findConfigFile, isSftError } from '@sftkit/core'
import pc from 'picocolors'
import { bytes } from '../display.ts'
import { callersDirectory, findEnvironment } from '../environment.ts'
import { table } from '../table.ts'
import { version } from '../version.ts'
import { servingChecks } from './doctor-serving.ts'
import { type ConfigOfDoctor, trainingChecks } from './doctor-training.ts'

export interface Check {
  readonly name: string
  /** `missing` hinders only what the fix names. */
  readonly status: 'ok' | 'missing' | 'problem'
  readonly found: string
  readonly fix?: string
}

/** `sft doctor`: what works on this machine, and how to get what is missing. */
export async function doctorCommand(flags: object): Promise<void> {
  const { json = false } = flags as { readonly json?: boolean }
  const { checks: configChecks, config } = await readConfig()
  const checks = [
    { name: 'sftkit', status: 'ok', found: version } as const,
    node(),
    {
      name: 'machine',
      status: 'ok',
      found: `${availableParallelism()} cores, ${bytes(freemem())} of ${bytes(totalmem())} memory free`,
    } as const,
    disk(),
    ...configChecks,
    ...(await trainingChecks(config)),
    ...(await servingChecks(config)),
    ...tokens(),
  ]
  if (json) {
    process.stdout.write(`${JSON.stringify({ checks })}\n`)
    return
  }
  const mark = { ok: pc.green('✓'), missing: pc.yellow('–'), problem: pc.red('✗') }
  const rows = checks.map(({ name, status, found, ...rest }) => [
    mark[status],
    name,
    found,
    'fix' in rest ? (rest.fix ?? '') : '',
  ])
  process.stdout.write(`${table(['', 'what', 'found', 'what to do'], rows)}\n`)
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > 22 || (major === 22 && minor >= 18)
  return {
    name: 'Node.js',
    status: fits ? 'ok' : 'problem',
    found: process.version,
    ...(!fits && { fix: 'sftkit needs Node 22.18 or newer.' }),
  }
}

function disk(): Check {
  const folder = callersDirectory()
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    return {
      name: 'disk',
      status: 'problem',
      found: 'this folder is read-only',
      fix: 'Give --out a folder that can be written.',
    }
  }
  return {
    name: 'disk',
    status: free > 1e9 ? 'ok' : 'problem',
    found: `${bytes(free)} free here`,
    ...(free <= 1e9 && { fix: 'A run needs about twice the size of its rows.' }),
  }
}

/** The config, where there is one; what is wrong with one that does not load is a check of its own. */
async function readConfig(): Promise<{ checks: Check[]; config?: ConfigOfDoctor }> {
  const cwd = callersDirectory()
  const file = await findConfigFile(cwd)
  if (file === undefined) {
    const found = `no ${configFileNames[0]} here or above`
    const fix = 'The default preset is used; `sft init` writes one.'
    return { checks: [{ name: 'config', status: 'missing', found, fix }] }
  }
  try {
    const { config } = await describePlugins(await findEnvironment(undefined), { cwd })
    return { checks: [{ name: 'config', status: 'ok', found: file }], config }
  } catch (error) {
    if (!isSftError(error)) throw error
    const found = `${file}: ${error.message}`
    const fix = error.fix ?? 'Mend it: `sft run` stops at it too.'
    return { checks: [{ name: 'config', status: 'problem', found, fix }] }
  }
}

/** Present or not; never the value. */
function tokens(): Check[] {
  return ['OPENAI_API_KEY', 'HF_TOKEN'].map((name) =>
    process.env[name] === undefined
      ? {
          name,
          status: 'missing',
          found: 'not set',
          fix: `Needed only by plugins that call ${name.startsWith('HF') ? 'the Hugging Face Hub' : 'a model'}.`,
        }
      : { name, status: 'ok', found: 'set' },
  )
}
