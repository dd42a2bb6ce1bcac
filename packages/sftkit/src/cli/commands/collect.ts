import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { counted } from '@sftkit/core'
import { collectSessions } from '@sftkit/recorder'
import { bytes, count } from '../display.ts'
import { callersDirectory } from '../environment.ts'
import { EXIT } from '../exit-codes.ts'
import { table } from '../table.ts'

interface CollectFlags {
  readonly to?: string
  readonly from?: readonly string[]
  readonly dryRun?: boolean
}

/** `sft collect`: copies agents' sessions into an archive, and shows what was found. @returns the exit code */
export async function collectCommand(flags: object): Promise<number> {
  const { to = 'sft-archive', from = [], dryRun = false } = flags as CollectFlags
  const cwd = callersDirectory()
  const reports = await collectSessions({ to: resolve(cwd, to), from, dryRun, project: cwd })
  const failures = reports.flatMap(({ failed }) => failed)
  for (const { source, reason } of failures) process.stderr.write(`not copied: ${source} (${reason})\n`)
  const shown = reports.filter(({ found, gone }) => found + gone > 0)
  if (shown.length === 0) {
    const names = reports.map(({ agent }) => agent).join(', ')
    process.stdout.write(`no sessions found of ${names}\n`)
    return EXIT.done
  }
  process.stdout.write(
    `${table(
      ['agent', 'files', 'size', 'new', 'changed', 'unchanged', 'in the archive alone', 'folder'],
      shown.map((report) => [
        report.agent,
        count(report.found),
        bytes(report.bytes),
        count(report.fresh),
        count(report.changed),
        count(report.unchanged),
        count(report.gone),
        report.folders.map(fromHome).join(', '),
      ]),
    )}\n`,
  )
  const copied = shown.reduce((sum, { fresh, changed }) => sum + fresh + changed, 0)
  process.stderr.write(
    dryRun ? `${counted(copied, 'file')} to copy to ${to}\n` : `${counted(copied, 'file')} copied → ${to}\n`,
  )
  return failures.length > 0 ? EXIT.failed : EXIT.done
}

function fromHome(folder: string): string {
  const home = homedir()
  return folder.startsWith(`${home}/`) ? `~${folder.slice(home.length)}` : folder
}
