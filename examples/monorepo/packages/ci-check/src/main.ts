#!/usr/bin/env node
import { formatError, isSftError } from 'sftkit'
import { checkData } from './check.ts'

const args = process.argv.slice(2)
const update = args.includes('--update')
const folders = args.filter((arg) => !arg.startsWith('--'))
if (folders.length === 0) {
  process.stderr.write('Name the folders to check: check-data packages/agent-a [--update]\n')
  process.exitCode = 2
}
for (const folder of folders) {
  try {
    const problems = await checkData(folder, { update })
    for (const problem of problems) process.stderr.write(`${folder}: ${problem}\n`)
    if (problems.length > 0) {
      process.stderr.write(
        `${folder}: if that is meant, commit what \`check-data ${folder} --update\` writes.\n`,
      )
      process.exitCode = 1
    } else process.stdout.write(`${folder}: no row vanished.\n`)
  } catch (error) {
    process.stderr.write(`${folder}: ${isSftError(error) ? formatError(error) : String(error)}\n`)
    process.exitCode = 1
  }
}
