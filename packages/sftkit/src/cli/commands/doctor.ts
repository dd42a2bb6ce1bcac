import { accessSync, constants, statfsSync } from 'node:fs'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { configFileNames, findConfigFile } from '@sftkit/core'
import pc from 'picocolors'
import { bytes } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { table } from '../table.ts'
import { version } from '../version.ts'
import { servingChecks } from './doctor-serving.ts'
import { trainingChecks } from './doctor-training.ts'

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
  const checks = [
    { name: 'sftkit', status: 'ok', found: version } as const,
    node(),
    {
      name: 'machine',
      status: 'ok',
      found: `${availableParallelism()} cores, ${bytes(freemem())} of ${bytes(totalmem())} memory free`,
    } as const,
    disk(),
    await config(),
    ...(await trainingChecks()),
    ...(await servingChecks()),
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

async function config(): Promise<Check> {
  const file = await findConfigFile(callersDirectory())
  if (file !== undefined) return { name: 'config', status: 'ok', found: file }
  return {
    name: 'config',
    status: 'missing',
    found: `no ${configFileNames[0]} here or above`,
    fix: 'The default preset is used; `sft init` writes one.',
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
